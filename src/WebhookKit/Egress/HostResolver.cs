using System.Net;

namespace WebhookKit.Egress;

/// <summary>Looks up the addresses of a host, which may be a literal address.</summary>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);
