using System.Net;

namespace WebhookKit.Sending;

/// <summary>Makes the HTTP request of an attempt, for sending and for dry runs: first all but the authentication, then the authentication.</summary>
internal static class AttemptRequest
{
    /// <summary>The request without its headers.</summary>
    public static HttpRequestMessage Create(SendRequest request) => new(HttpMethod.Post, request.Url)
    {
        // Not HTTP/3, which would go round the connect callback and with it the egress policy.
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        Content = new ReadOnlyMemoryContent(request.Body),
    };

    /// <summary>Adds the authentication. A host's code that does not heed its token does not keep the attempt beyond its time.</summary>
    /// <exception cref="WebhookException">Afterwards there is no URL, or no body.</exception>
    public static async ValueTask AuthenticateAsync(HttpRequestMessage message, SendRequest request, CancellationToken deadline)
    {
        var applying = request.Authentication.ApplyAsync(message, deadline);
        await (applying.IsCompleted ? applying : new ValueTask(applying.AsTask().WaitAsync(deadline))).ConfigureAwait(false);
        deadline.ThrowIfCancellationRequested();
        if (message.RequestUri is null)
            throw new WebhookException("The authentication took the URL away.");
    }

    /// <summary>Why a request could not be made. What our own exceptions say is safe to show; what the host's say may hold a secret.</summary>
    public static string Describe(Exception fault) =>
        $"The request could not be made: {(fault is WebhookException ? fault.Message : $"{fault.GetType().Name} was thrown.")}";
}
