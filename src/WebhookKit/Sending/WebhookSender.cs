using System.Globalization;
using System.Net;

namespace WebhookKit.Sending;

/// <summary>
/// Makes one attempt. Whatever the network or the receiver does is an outcome, never an exception. The status decides: once it has arrived, an answer whose
/// body breaks off or comes too slowly is still the answer.
/// </summary>
internal sealed class WebhookSender(HttpClient client, WebhookSendingOptions options, EgressPolicy egress, TimeProvider time)
{
    /// <summary>Makes one attempt.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="cancellationToken">The sender's own reason to stop: shutdown, or a lost lease.</param>
    public async Task<AttemptResult> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(request.Timeout, time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        using var message = Compose(request);

        if (await PrepareAsync(message, request, deadline.Token).ConfigureAwait(false) is { } fault)
            return cancellationToken.IsCancellationRequested ? Cancelled(started) : OwnFailure(started, "The request could not be made", fault);
        // Checked as it now is, since the authentication may have changed it.
        if (egress.CheckUrl(message.RequestUri!) is { } blocked)
            return Failure(started, AttemptOutcome.BlockedByEgress, ErrorTypes.Blocked, blocked.ToString());

        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled(started);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Failure(started, AttemptOutcome.TimedOut, ErrorTypes.Timeout, $"No answer within {request.Timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception)
        {
            var (outcome, errorType, detail) = FailureClassifier.Classify(exception);
            return Failure(started, outcome, errorType, detail, outcome is AttemptOutcome.SenderError ? exception : null);
        }

        using (response)
            return await ReadAnswerAsync(response, request, started, deadline.Token).ConfigureAwait(false);
    }

    private static HttpRequestMessage Compose(SendRequest request) => new(HttpMethod.Post, request.Url)
    {
        // Not HTTP/3, which would go round the connect callback and with it the egress policy.
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        Content = new ReadOnlyMemoryContent(request.Body),
    };

    private async ValueTask<Exception?> PrepareAsync(HttpRequestMessage message, SendRequest request, CancellationToken deadline)
    {
        try
        {
            RequestHeaders.Write(message, request, options.PropagateTraceContext);
            await request.Authentication.ApplyAsync(message, deadline).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task<AttemptResult> ReadAnswerAsync(HttpResponseMessage response, SendRequest request, long started, CancellationToken deadline)
    {
        var status = (int)response.StatusCode;
        bool accepted;
        try
        {
            accepted = request.Success.Accepts(status);
        }
        catch (Exception exception)
        {
            return OwnFailure(started, "The success rule failed", exception);
        }

        var (text, complete) = await ResponseBody.ReadAsync(response.Content, options.MaxResponseBodyBytes, deadline).ConfigureAwait(false);
        var duration = time.GetElapsedTime(started);
        return new AttemptResult
        {
            Outcome = accepted ? AttemptOutcome.Delivered : AttemptOutcome.RefusedByStatus,
            StatusCode = status,
            Duration = duration,
            RetryAfter = accepted ? null : RetryAfterHeader.Read(response.Headers, request.Timestamp + duration),
            ResponseBody = text,
            Detail = complete ? null : "The answer's body broke off or came too slowly.",
            ErrorType = accepted ? null : status.ToString(CultureInfo.InvariantCulture),
        };
    }

    private AttemptResult Cancelled(long started) => Failure(started, AttemptOutcome.Cancelled, ErrorTypes.Cancelled, "The sender stopped the attempt.");

    // What our own exceptions say is safe to show; what the host's say may hold a secret.
    private AttemptResult OwnFailure(long started, string what, Exception exception) => Failure(
        started, AttemptOutcome.SenderError, exception.GetType().Name,
        exception is WebhookException ? $"{what}: {exception.Message}" : $"{what}: {exception.GetType().Name} was thrown.", exception);

    private AttemptResult Failure(long started, AttemptOutcome outcome, string errorType, string detail, Exception? exception = null) => new()
    {
        Outcome = outcome, Duration = time.GetElapsedTime(started), ErrorType = errorType, Detail = detail, Exception = exception,
    };
}
