namespace WebhookKit.Tests.Queueing;

public sealed class LaneIdTests
{
    private static readonly LaneId First = new(Guid.Parse("0192f0aa-bbcc-7ddd-8eee-ff0011223344"));
    private static readonly LaneId Second = new(Guid.Parse("0192f0aa-bbcc-7ddd-8eee-ff0011223345"));
    private static readonly LaneId Same = new(First.Value);

    [Fact]
    public void Lanes_have_one_order_for_locking()
    {
        (First < Second, Second < First, First < Same).Should().Be((true, false, false));
        (First > Second, Second > First, First > Same).Should().Be((false, true, false));
        (First <= Second, Second <= First, First <= Same).Should().Be((true, false, true));
        (First >= Second, Second >= First, First >= Same).Should().Be((false, true, true));
        new[] { Second, First }.Order().Should().Equal(First, Second);
    }

    [Fact]
    public void A_lane_is_written_with_its_kind() => First.ToString().Should().Be("lane_0192f0aabbcc7ddd8eeeff0011223344");

    [Fact]
    public void The_lane_of_a_destination_is_the_same_for_ever_since_stores_keep_it() =>
        Lane("https://example.com/a", "acme").ToString().Should().Be("lane_93add936ef5885e4aec90860ed073d68");

    [Fact]
    public void Nothing_has_no_lane() =>
        FluentActions.Invoking(() => LaneId.Of(null!)).Should().Throw<ArgumentNullException>().WithParameterName("destination");

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
