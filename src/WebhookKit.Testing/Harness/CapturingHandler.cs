using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace WebhookKit.Testing.Harness;

/// <summary>Takes the place of the network: keeps every request and answers as the script has it. No socket is opened.</summary>
internal sealed class CapturingHandler(AnswerScript script, SentLog log, HandedOut handedOut, Stillness stillness, TimeProvider time)
    : HttpMessageHandler
{
    private const string MessageId = "webhook-id";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        stillness.BeginAnswer();
        try
        {
            var sent = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
            var answer = script.AnswerTo(sent);
            log.Add(sent with { Answer = answer });
            return answer.StatusCode is { } status
                ? Compose(status, answer, request)
                : throw await FailAsync(sent with { Answer = answer }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (HttpRequestException or OperationCanceledException))
        {
            stillness.Fail(e);
            throw;
        }
        finally
        {
            stillness.EndAnswer();
        }
    }

    private static HttpResponseMessage Compose(int status, SimulatedAnswer answer, HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(answer.Body), RequestMessage = request, Version = HttpVersion.Version11,
        };
        foreach (var (name, value) in answer.Headers)
            Add(name, value, response);
        if (answer.RetryAfter is { } wait)
            response.Headers.TryAddWithoutValidation("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture));
        return response;
    }

    private static void Add(string name, string value, HttpResponseMessage response)
    {
        if (response.Headers.TryAddWithoutValidation(name, value))
            return;
        // One of the body's, or no header at all.
        var headers = response.Content.Headers;
        if (headers.NonValidated.Contains(name))
            headers.Remove(name);
        if (!headers.TryAddWithoutValidation(name, value))
            throw new WebhookException($"'{name}' is no header that an answer can have.");
    }

    private async Task<SentWebhook> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default);
        var id = request.Headers.NonValidated.TryGetValues(MessageId, out var ids) ? ids.ToString() : "";
        return new SentWebhook
        {
            Url = request.RequestUri!,
            Headers = WebhookHeaders.From(headers.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value))),
            Body = body,
            SentAt = time.GetUtcNow(),
            MessageId = id,
            Delivery = handedOut.Of(id),
        };
    }

    private async Task<Exception> FailAsync(SentWebhook sent, CancellationToken cancellationToken)
    {
        switch (sent.Answer.Failure)
        {
            case SimulatedFailure.TimeOut:
                await HangAsync(isInLane: sent.Delivery is not null, cancellationToken).ConfigureAwait(false);
                return new OperationCanceledException(cancellationToken);
            case SimulatedFailure.HostNotFound:
                return new HttpRequestException(HttpRequestError.NameResolutionError, "The host could not be resolved.");
            case SimulatedFailure.TlsFailure:
                return new HttpRequestException(
                    HttpRequestError.SecureConnectionError, "The TLS connection failed.", new AuthenticationException("The certificate is not trusted."));
            default:
                return new HttpRequestException(
                    HttpRequestError.ConnectionError, "The connection was refused.", new SocketException((int)SocketError.ConnectionRefused));
        }
    }

    private async Task HangAsync(bool isInLane, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The moment of the cancellation counts as movement, not only the moment when this goes on.
        using (cancellationToken.UnsafeRegister(
            _ =>
            {
                stillness.EndHang(isInLane);
                over.SetResult();
            },
            state: null))
        {
            // Not before it would hear of the cancellation: from here on time moves.
            stillness.BeginHang(isInLane);
            await over.Task.ConfigureAwait(false);
        }
    }
}
