using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class PendingTargetsFormatTests
{
    private static readonly StoredDestination Destination = new()
    {
        Id = new DestinationId(new Guid("11111111-2222-3333-4444-555555555555")), Settings = new WebhookDestination { Url = "https://example.com/hook" },
    };

    private static readonly DeliveryTarget[] Targets =
    [
        DeliveryTarget.To(new SubscriptionId(new Guid("00112233-4455-6677-8899-aabbccddeeff"))),
        DeliveryTarget.To(Destination) with { Delay = TimeSpan.FromTicks(long.MaxValue), Trigger = AttemptTrigger.Manual },
        DeliveryTarget.To(new SubscriptionId(Guid.NewGuid())) with { Delay = TimeSpan.FromSeconds(3), Trigger = AttemptTrigger.Retry },
    ];

    [Fact]
    public void What_was_written_is_read()
    {
        var bytes = PendingTargetsFormat.Write(Targets);

        bytes.Should().HaveCount(Targets.Length * PendingTargetsFormat.Length);
        PendingTargetsFormat.Read(bytes, Targets.Length).Should().Equal(Targets.Select(PendingTarget.Of));
    }

    [Fact]
    public void A_chunk_is_read_without_the_rest()
    {
        var bytes = PendingTargetsFormat.Write(Targets);

        PendingTargetsFormat.Read(bytes.AsSpan(PendingTargetsFormat.Length, PendingTargetsFormat.Length), 1).Should().Equal(PendingTarget.Of(Targets[1]));
        PendingTargetsFormat.Read(bytes, 2).Should().Equal(Targets.Take(2).Select(PendingTarget.Of));
        PendingTargetsFormat.Read([], 0).Should().BeEmpty();
    }

    [Fact]
    public void The_form_never_changes() =>
        Convert.ToHexString(PendingTargetsFormat.Write([Targets[0] with { Delay = TimeSpan.FromSeconds(1), Trigger = AttemptTrigger.Manual }])).Should().Be(
            "33221100554477668899AABBCCDDEEFF" + "01" + "33221100554477668899AABBCCDDEEFF" + "8096980000000000" + "02");

    [Fact]
    public void What_is_damaged_is_named()
    {
        var bytes = PendingTargetsFormat.Write(Targets);
        Unreadable(() => PendingTargetsFormat.Read(bytes.AsSpan(0, bytes.Length - 1), Targets.Length));
        bytes[16] = 3;
        Unreadable(() => PendingTargetsFormat.Read(bytes, 1));
        bytes[16] = 1;
        bytes[41] = 77;
        Unreadable(() => PendingTargetsFormat.Read(bytes, 1));

        static void Unreadable(Action read) => read.Should().Throw<WebhookStoreException>().Which.Fault.Should().Be(StoreFault.Unreadable);
    }
}
