using System.Globalization;

namespace WebhookKit.Sending;

/// <summary>Makes the request of an attempt the way <see cref="WebhookSender"/> does, and reads it instead of sending it.</summary>
internal sealed class RequestDrafter(WebhookSendingOptions options, EgressPolicy egress, TimeProvider time)
{
    /// <summary>Makes the request.</summary>
    /// <exception cref="Exception">Whatever kept it from being made; see <see cref="AttemptRequest.Describe"/>.</exception>
    public async Task<RequestDraft> DraftAsync(SendRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(request.Timeout, time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        using var message = AttemptRequest.Create(request);
        RequestHeaders.Write(message, request, options.PropagateTraceContext);
        var before = Read(message).ToHashSet();
        var body = message.Content;
        await AttemptRequest.AuthenticateAsync(message, request, deadline.Token).ConfigureAwait(false);
        var content = message.Content is null ? [] : await message.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false);
        return new RequestDraft
        {
            Method = message.Method.Method,
            Url = message.RequestUri!,
            // As text: to be equal as a URI, user-info and fragment need not be the same.
            UrlIsSecret = !string.Equals(message.RequestUri!.AbsoluteUri, request.Url.AbsoluteUri, StringComparison.Ordinal),
            Headers = [.. Framed(message, content.Length).Select(h => new RequestDraft.Header(h.Name, h.Value, !before.Contains(h) && !IsFraming(h.Name)))],
            Body = content,
            BodyIsSecret = !ReferenceEquals(body, message.Content),
            Blocked = egress.CheckUrl(message.RequestUri!),
        };
    }

    /// <summary>What HTTP itself adds where nobody did: the host comes first (RFC 9110 section 7.2), the length comes last.</summary>
    private static List<(string Name, string Value)> Framed(HttpRequestMessage message, int length)
    {
        var headers = Read(message).ToList();
        if (!headers.Exists(h => Is(h.Name, "Host")))
            headers.Insert(0, ("Host", HostOf(message.RequestUri!)));
        if (!headers.Exists(h => Is(h.Name, "Content-Length")))
            headers.Add(("Content-Length", length.ToString(CultureInfo.InvariantCulture)));
        return headers;
    }

    private static string HostOf(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}");
    }

    private static IEnumerable<(string Name, string Value)> Read(HttpRequestMessage message) =>
        message.Headers.NonValidated.Concat(message.Content?.Headers.NonValidated.AsEnumerable() ?? []).Select(h => (h.Key, h.Value.ToString()));

    private static bool IsFraming(string name) => Is(name, "Host") || Is(name, "Content-Length");

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
