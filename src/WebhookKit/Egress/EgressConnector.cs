using System.Net;
using System.Net.Sockets;

namespace WebhookKit.Egress;

/// <summary>
/// Makes the connections: resolves the host once, vets every address, and connects only to one that was vetted, so that no second look-up can slip in
/// another (DNS rebinding).
/// </summary>
internal sealed class EgressConnector(EgressPolicy policy, HostResolver resolve, Uri? proxy, TimeSpan connectTimeout, TimeProvider time)
{
    /// <summary>The <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var origin = new Uri(context.InitialRequestMessage.RequestUri!.GetLeftPart(UriPartial.Authority));
        var addresses = await ResolveAsync(endpoint.Host, cancellationToken).ConfigureAwait(false);
        var allowed = IsProxy(endpoint) ? addresses : Vet(origin, addresses);
        return await ConnectToFirstAsync(allowed, endpoint.Port, cancellationToken).ConfigureAwait(false);
    }

    // The proxy is the host's own choice, and usually on a private address; where it connects to is for the proxy to decide.
    private bool IsProxy(DnsEndPoint endpoint) =>
        proxy is not null && proxy.Port == endpoint.Port && string.Equals(proxy.IdnHost, endpoint.Host, StringComparison.OrdinalIgnoreCase);

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await resolve(host, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new HostNotResolvedException(host);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new HostNotResolvedException(host, exception);
        }
    }

    private IPAddress[] Vet(Uri origin, IPAddress[] addresses)
    {
        List<IPAddress> allowed = new(addresses.Length);
        WebhookError? refusal = null;
        foreach (var address in addresses)
        {
            if (policy.CheckAddress(origin, address) is { } error)
                refusal = error;
            else
                allowed.Add(address);
        }

        return allowed.Count > 0 ? [.. allowed] : throw new EgressBlockedException(refusal!);
    }

    private async Task<Stream> ConnectToFirstAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return await ConnectToAsync(new IPEndPoint(address, port), connectTimeout / addresses.Length, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                failure = exception;
            }
        }

        throw failure!;
    }

    // Each address gets its share of the time, so that one that swallows packets does not keep the next from being tried.
    private async Task<Stream> ConnectToAsync(IPEndPoint endpoint, TimeSpan share, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(share, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endpoint, either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
