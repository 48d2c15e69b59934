namespace WebhookKit.Tests.Queueing;

public sealed class LaneIdTests
{
    [Theory]
    [InlineData("https://example.com/a", "https://example.com/b?c=d")]
    [InlineData("https://example.com/", "https://example.com:443/")]
    [InlineData("https://example.com/", "HTTPS://EXAMPLE.com/")]
    [InlineData("http://example.com/", "http://example.com:80/x")]
    [InlineData("https://exämple.com/", "https://xn--exmple-cua.com/")]
    [InlineData("https://EXÄMPLE.com/", "https://xn--exmple-cua.com/")]
    [InlineData("https://[2001:db8::1]/", "https://[2001:0DB8:0:0:0:0:0:1]:443/")]
    public void Destinations_of_one_origin_share_a_lane(string one, string other) => Lane(one).Should().Be(Lane(other));

    [Fact]
    public void Other_origins_and_other_tenants_have_lanes_of_their_own() =>
        new[]
        {
            Lane("https://example.com/"), Lane("http://example.com/"), Lane("https://example.com:8443/"), Lane("https://example.org/"),
            Lane("https://www.example.com/"), Lane("https://example.com/", "a"), Lane("https://example.com/", "A"), Lane("https://example.com/", ""),
        }.Should().OnlyHaveUniqueItems();

    private static LaneId Lane(string url, string? tenant = null) =>
        LaneId.Of(new StoredDestination { Id = default, Tenant = tenant, Settings = new WebhookDestination { Url = url } });
}
