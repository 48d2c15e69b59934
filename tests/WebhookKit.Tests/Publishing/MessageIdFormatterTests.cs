namespace WebhookKit.Tests.Publishing;

public sealed class MessageIdFormatterTests
{
    [Fact]
    public async Task A_host_can_make_message_ids_itself()
    {
        var seen = new List<Guid>();
        await using var host = new PublishingHost(o => o.Publishing.MessageIdFormatter = id =>
        {
            seen.Add(id);
            return $"evt:{seen.Count}";
        });
        await host.SubscribeAsync("*");

        (await host.PublishAsync(new PublishOptions())).MessageId.Should().Be("evt:1");
        (await host.PublishAsync(new PublishOptions())).MessageId.Should().Be("evt:2");

        var queued = await host.QueuedAsync();
        queued.Select(m => m.PublicId).Should().BeEquivalentTo("evt:1", "evt:2");
        queued.Select(m => m.Id).Should().BeEquivalentTo(seen);
    }

    public static TheoryData<string?> Unfit => new(null, "", "a.b", "a b", "é", "a\n", new string('a', 257));

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task An_id_that_cannot_be_signed_is_refused_for_each_message(string? id)
    {
        await using var host = new PublishingHost(o => o.Publishing.MessageIdFormatter = _ => id!);

        (await host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A")))).Should().ContainSingle().Which.Should().Match<WebhookError>(
            e => e.Code == WebhookErrorCode.InvalidId && e.Field == "WebhookOptions.Publishing.MessageIdFormatter");
    }

    [Fact]
    public async Task The_longest_id_has_256_characters()
    {
        await using var host = new PublishingHost(o => o.Publishing.MessageIdFormatter = _ => new string('~', 256));

        (await host.PublishAsync(new PublishOptions())).MessageId.Should().HaveLength(256);
    }
}
