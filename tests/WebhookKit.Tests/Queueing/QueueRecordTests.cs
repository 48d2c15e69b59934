namespace WebhookKit.Tests.Queueing;

public sealed class QueueRecordTests
{
    [Fact]
    public void Answers_tell_of_nothing_unless_they_are_told_to()
    {
        new LaneRefillResult { Lane = default, Lost = false, Deliveries = [] }.Ended.Should().BeEmpty();
        new LeaseResult { Lanes = [], Now = default, GrantedAt = 0 }.Suspects.Should().BeEmpty();
    }

    [Fact]
    public void A_target_is_a_destination_or_a_subscription() =>
        FluentActions.Invoking(() => DeliveryTarget.To(null!)).Should().Throw<ArgumentNullException>().WithParameterName("destination");

    [Fact]
    public void A_conflict_names_the_key_and_the_message_and_says_what_to_do()
    {
        var conflict = new IdempotencyConflictException("order-17", "msg_1");
        conflict.Message.Should().Contain("'order-17'").And.Contain("msg_1").And.Contain("Use a new key");
        (conflict.Key, conflict.MessageId).Should().Be(("order-17", "msg_1"));
    }
}
