using System.Net.Sockets;
using System.Security.Authentication;
using WebhookKit.Egress;

namespace WebhookKit.Sending;

/// <summary>Turns what was thrown while a request was on its way into an outcome.</summary>
internal static class FailureClassifier
{
    private const int MaxDetail = 512;

    public static (AttemptOutcome Outcome, string ErrorType, string Detail) Classify(Exception exception)
    {
        // The cause that says most may lie anywhere in the chain, depending on how far the connection had come.
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case EgressBlockedException:
                    return (AttemptOutcome.BlockedByEgress, ErrorTypes.Blocked, cause.Message);
                case HostNotResolvedException:
                    return (AttemptOutcome.CouldNotResolve, ErrorTypes.NotResolved, cause.Message);
                case AuthenticationException:
                    return (AttemptOutcome.TlsFailure, ErrorTypes.Tls, Describe(cause));
            }
        }

        return exception switch
        {
            HttpRequestException failure => ClassifyHttp(failure),
            IOException or SocketException => (AttemptOutcome.CouldNotConnect, ErrorTypes.Connection, Describe(exception)),
            // Neither our deadline nor shutdown: the connect timeout, which is the connection's own.
            OperationCanceledException { InnerException: TimeoutException } =>
                (AttemptOutcome.CouldNotConnect, ErrorTypes.Connection, "No connection was made within the connect timeout."),
            _ => (AttemptOutcome.SenderError, exception.GetType().Name, $"{exception.GetType().Name} was thrown while the request was sent."),
        };
    }

    private static (AttemptOutcome Outcome, string ErrorType, string Detail) ClassifyHttp(HttpRequestException failure)
    {
        var (outcome, errorType) = failure.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => (AttemptOutcome.CouldNotResolve, ErrorTypes.NotResolved),
            HttpRequestError.SecureConnectionError => (AttemptOutcome.TlsFailure, ErrorTypes.Tls),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded
                or HttpRequestError.VersionNegotiationError => (AttemptOutcome.ProtocolError, ErrorTypes.Protocol),
            // Refused, reset, ended before the answer, no tunnel: all of them a connection that could not be used.
            _ => (AttemptOutcome.CouldNotConnect, ErrorTypes.Connection),
        };
        return (outcome, errorType, Describe(failure));
    }

    // The innermost message says what happened; those around it only that something did. Part of it may be the receiver's own text.
    private static string Describe(Exception exception)
    {
        var message = exception.GetBaseException().Message;
        return string.Create(Math.Min(message.Length, MaxDetail), message, static (detail, text) =>
        {
            for (var i = 0; i < detail.Length; i++)
                detail[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
    }
}
