using System.Globalization;
using System.Runtime.CompilerServices;

namespace WebhookKit.Sending;

/// <summary>
/// Makes one attempt. Whatever the network or the receiver does is an outcome, never an exception. The status decides: once it has arrived, an answer whose
/// body breaks off or comes too slowly is still the answer.
/// </summary>
internal sealed class WebhookSender(HttpClient client, WebhookSendingOptions options, EgressPolicy egress, TimeProvider time)
{
    /// <summary>How long the body of an answer may take once its status is there.</summary>
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(2);

    /// <summary>Makes one attempt.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="cancellationToken">The sender's own reason to stop: shutdown, or a lost lease.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = time.GetTimestamp();
        using var message = AttemptRequest.Create(request);
        using var deadline = new CancellationTokenSource(request.Timeout, time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var isAnswered = false;
        try
        {
            if (await PrepareAsync(message, request, deadline.Token).ConfigureAwait(false) is { } fault)
                return cancellationToken.IsCancellationRequested ? Cancelled(started) : OwnFailure(started, fault);
            // Checked as it now is, since the authentication may have changed it.
            if (egress.CheckUrl(message.RequestUri!) is { } blocked)
                return Failure(started, AttemptOutcome.BlockedByEgress, ErrorTypes.Blocked, blocked.ToString());

            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            isAnswered = true;
            var verdict = Judge(request.Success, (int)response.StatusCode);
            // The status is what was waited for; a body that drips must not keep the attempt.
            if (request.Timeout - time.GetElapsedTime(started) > BodyTime)
                deadline.CancelAfter(BodyTime);
            var (text, complete) = await ResponseBody.ReadAsync(response.Content, options.MaxResponseBodyBytes, deadline.Token).ConfigureAwait(false);
            return Answer(response, verdict, text, complete, request, started);
        }
        catch (Exception exception) when (!isAnswered)
        {
            return Failed(exception, request, started, deadline.IsCancellationRequested, cancellationToken);
        }
    }

    private async ValueTask<Exception?> PrepareAsync(HttpRequestMessage message, SendRequest request, CancellationToken deadline)
    {
        try
        {
            RequestHeaders.Write(message, request, options.PropagateTraceContext);
            await AttemptRequest.AuthenticateAsync(message, request, deadline).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private AttemptResult Answer(
        HttpResponseMessage response, (bool Accepted, Exception? Fault) verdict, string? text, bool complete, SendRequest request, long started)
    {
        var status = (int)response.StatusCode;
        var (accepted, fault) = verdict;
        var duration = time.GetElapsedTime(started);
        return new AttemptResult
        {
            Outcome = accepted ? AttemptOutcome.Delivered : AttemptOutcome.RefusedByStatus,
            StatusCode = status,
            Duration = duration,
            RetryAfter = accepted ? null : RetryAfterHeader.Read(response.Headers, request.Timestamp + duration),
            ResponseBody = text,
            Detail = fault is not null ? $"The success rule failed: {fault.GetType().Name} was thrown."
                : complete ? null : "The answer's body broke off or came too slowly.",
            ErrorType = accepted ? null : fault?.GetType().Name ?? status.ToString(CultureInfo.InvariantCulture),
            Exception = fault,
        };
    }

    /// <summary>What it means that there was no answer: the sender stopped it, its time was over, or the network failed.</summary>
    private AttemptResult Failed(Exception exception, SendRequest request, long started, bool isOver, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Cancelled(started);
        if (isOver && exception is OperationCanceledException)
            return Failure(started, AttemptOutcome.TimedOut, ErrorTypes.Timeout, $"No answer within {request.Timeout.TotalSeconds:0.###} s.");
        var (outcome, errorType, detail) = FailureClassifier.Classify(exception);
        return Failure(started, outcome, errorType, detail, outcome is AttemptOutcome.SenderError ? exception : null);
    }

    /// <summary>A rule of the host's that throws does not accept: the receiver has the request, so the attempt counts.</summary>
    private static (bool Accepted, Exception? Fault) Judge(SuccessRule rule, int status)
    {
        try
        {
            return (rule.Accepts(status), null);
        }
        catch (Exception exception)
        {
            return (false, exception);
        }
    }

    private AttemptResult Cancelled(long started) => Failure(started, AttemptOutcome.Cancelled, ErrorTypes.Cancelled, "The sender stopped the attempt.");

    private AttemptResult OwnFailure(long started, Exception fault) =>
        Failure(started, AttemptOutcome.SenderError, fault.GetType().Name, AttemptRequest.Describe(fault), fault);

    private AttemptResult Failure(long started, AttemptOutcome outcome, string errorType, string detail, Exception? exception = null) => new()
    {
        Outcome = outcome, Duration = time.GetElapsedTime(started), ErrorType = errorType, Detail = detail, Exception = exception,
    };
}
