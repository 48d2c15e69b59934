using Microsoft.AspNetCore.Http;

namespace WebhookKit.Tests.Receiving;

public sealed class WebhookHeadersTests
{
    [Fact]
    public void ASP_NET_Cores_headers_are_taken_with_their_several_values()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Append("webhook-id", "msg_1");
        context.Request.Headers.Append("webhook-signature", "v1,a");
        context.Request.Headers.Append("webhook-signature", "v1,b");
        Show(WebhookHeaders.From(context.Request.Headers)).Should().BeEquivalentTo("webhook-id=msg_1", "webhook-signature=v1,a", "webhook-signature=v1,b");
    }

    [Fact]
    public void The_frameworks_HTTP_headers_are_taken()
    {
        using var request = new HttpRequestMessage();
        request.Headers.Add("webhook-signature", ["v1,a", "v1,b"]);
        Show(WebhookHeaders.From(request.Headers)).Should().Equal("webhook-signature=v1,a", "webhook-signature=v1,b");
    }

    [Fact]
    public void Plain_pairs_are_taken_in_order_with_duplicates()
    {
        var pairs = new List<KeyValuePair<string, string>> { new("B", "2"), new("a", "1"), new("b", "3") };
        Show(WebhookHeaders.From(pairs)).Should().Equal("B=2", "a=1", "b=3");
        Show(WebhookHeaders.From(new Dictionary<string, string> { ["a"] = "1" })).Should().Equal("a=1");
        Show(WebhookHeaders.Of(("a", "1"), ("A", "2"))).Should().Equal("a=1", "A=2");
        Show(WebhookHeaders.From(new Dictionary<string, string?[]> { ["a"] = [null, "1"], ["b"] = [] })).Should().Equal("a=", "a=1");
    }

    [Fact]
    public void No_headers_are_none()
    {
        WebhookHeaders.None.Should().BeEmpty();
        WebhookHeaders.Of().Count.Should().Be(0);
        ((System.Collections.IEnumerable)WebhookHeaders.Of(("a", "1"), ("b", "2"))).Cast<object>().Should().HaveCount(2);
    }

    [Fact]
    public void Nothing_to_take_headers_from_is_misuse()
    {
        var pairs = () => WebhookHeaders.From((IEnumerable<KeyValuePair<string, string>>)null!);
        var lists = () => WebhookHeaders.From((IEnumerable<KeyValuePair<string, string[]>>)null!);
        pairs.Should().Throw<ArgumentNullException>().WithParameterName("headers");
        lists.Should().Throw<ArgumentNullException>().WithParameterName("headers");
    }

    [Fact]
    public void Headers_do_not_change_when_what_they_were_made_from_does()
    {
        var pairs = new List<KeyValuePair<string, string>> { new("a", "1") };
        var headers = WebhookHeaders.From(pairs);
        pairs.Clear();
        headers.Should().ContainSingle();
    }

    [Fact]
    public void A_name_is_needed()
    {
        var empty = () => WebhookHeaders.Of(("", "1"));
        var none = () => WebhookHeaders.From(new KeyValuePair<string, string>[] { new(null!, "1") });
        empty.Should().Throw<ArgumentException>();
        none.Should().Throw<ArgumentException>();
    }

    private static IEnumerable<string> Show(WebhookHeaders headers) => headers.Select(h => $"{h.Key}={h.Value}");
}
