using System.Net;
using System.Net.Sockets;
using WebhookKit.Egress;

namespace WebhookKit.Tests.Egress;

public sealed class EgressConnectorTests : IDisposable
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.99");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EgressConnectorTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Every_address_is_vetted_and_only_a_vetted_one_is_connected_to()
    {
        var policy = new ListPolicy(IPAddress.Loopback);

        (await RequestAsync(policy, [Elsewhere, IPAddress.IPv6Loopback, IPAddress.Loopback])).Should().Be(IPAddress.Loopback);

        policy.Asked.Should().Equal(Elsewhere, IPAddress.IPv6Loopback, IPAddress.Loopback);
        policy.Origin.Should().Be(new Uri($"http://receiver.test:{Port}/"));
    }

    [Fact]
    public async Task Nothing_is_connected_to_when_no_address_is_allowed()
    {
        var request = () => RequestAsync(new ListPolicy(), [IPAddress.Loopback, Elsewhere]);

        (await request.Should().ThrowAsync<HttpRequestException>()).WithInnerException<EgressBlockedException>();
        _listener.Pending().Should().BeFalse();
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_does_not_answer() =>
        (await RequestAsync(new ListPolicy(Elsewhere, IPAddress.Loopback), [Elsewhere, IPAddress.Loopback])).Should().Be(IPAddress.Loopback);

    [Fact]
    public async Task When_no_address_answers_the_last_failure_is_told()
    {
        var request = () => RequestAsync(new ListPolicy(Elsewhere), [Elsewhere]);

        (await request.Should().ThrowAsync<HttpRequestException>()).WithInnerException<SocketException>()
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task A_host_without_an_address_is_not_resolved()
    {
        var request = () => RequestAsync(new ListPolicy(), []);

        (await request.Should().ThrowAsync<HttpRequestException>()).WithInnerException<HostNotResolvedException>();
    }

    [Fact]
    public async Task A_literal_address_is_vetted_like_any_other()
    {
        var policy = new ListPolicy();
        var request = () => RequestAsync(policy, Dns.GetHostAddressesAsync, "[::1]");

        (await request.Should().ThrowAsync<HttpRequestException>()).WithInnerException<EgressBlockedException>();
        policy.Asked.Should().Equal(IPAddress.IPv6Loopback);
    }

    private Task<IPAddress> RequestAsync(EgressPolicy policy, IPAddress[] addresses) =>
        RequestAsync(policy, (_, _) => Task.FromResult(addresses), "receiver.test");

    // Answers with the address that the connection came to.
    private async Task<IPAddress> RequestAsync(EgressPolicy policy, HostResolver resolve, string host)
    {
        var connector = new EgressConnector(policy, resolve, proxy: null, TimeSpan.FromSeconds(30), TimeProvider.System);
        using var handler = new SocketsHttpHandler { ConnectCallback = connector.ConnectAsync, UseProxy = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host}:{Port}/path"));
        var responding = client.SendAsync(request);
        using var accepting = new CancellationTokenSource();
        var accepted = _listener.AcceptSocketAsync(accepting.Token).AsTask();
        if (await Task.WhenAny(responding, accepted) == responding)
        {
            await accepting.CancelAsync();
            (await responding).Dispose();
        }

        using var socket = await accepted;
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        (await responding).Dispose();
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }

    private sealed class ListPolicy(params IPAddress[] allowed) : EgressPolicy
    {
        public List<IPAddress> Asked { get; } = [];

        public Uri? Origin { get; private set; }

        public override WebhookError? CheckAddress(Uri origin, IPAddress address)
        {
            Origin = origin;
            Asked.Add(address);
            return allowed.Contains(address) ? null : Refuse("Not on the list.", "Use another.");
        }

        protected override WebhookError? CheckOrigin(Uri url) => null;
    }
}
