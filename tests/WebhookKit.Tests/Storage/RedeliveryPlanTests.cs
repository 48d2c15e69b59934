using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class RedeliveryPlanTests
{
    private static readonly SubscriptionId Subscriber = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
    private static readonly DeliveryId Dead = new(1);
    private static readonly DeliveryId Waiting = new(2);
    private static readonly DeliveryId RepeatedBefore = new(3);
    private static readonly DeliveryId WithoutData = new(4);

    private readonly RedeliveryPlan<string> _plan = new(FindDelivery, FindMessage);

    [Fact]
    public void A_dead_delivery_is_repeated_once_where_that_is_asked_for()
    {
        Decide(Redelivery.Of(Dead, once: true), Redelivery.Of(Dead, once: true), Redelivery.Of(Dead, once: false));

        _plan.Added.Should().HaveCount(2).And.OnlyContain(step => step.Repeats == Dead && step.Subscription == Subscriber && step.Message == "msg");
        _plan.Answer([new(10), new(11)]).Should().Equal(
            Result(RedeliveryOutcome.Added, 10), Result(RedeliveryOutcome.LeftOut, 10), Result(RedeliveryOutcome.Added, 11));
    }

    [Fact]
    public void What_is_not_dead_or_was_repeated_is_left_out_where_that_is_asked_for()
    {
        Decide(Redelivery.Of(Waiting, once: true), Redelivery.Of(RepeatedBefore, once: true), Redelivery.Of(Waiting, once: false));

        _plan.Answer([new(10)]).Should().Equal(
            Result(RedeliveryOutcome.LeftOut), Result(RedeliveryOutcome.LeftOut, 9), Result(RedeliveryOutcome.Added, 10));
    }

    [Fact]
    public void What_is_not_known_or_has_no_data_is_not_sent()
    {
        Decide(
            Redelivery.Of(new DeliveryId(77), once: false), Redelivery.To("other", Subscriber, once: false), Redelivery.Of(WithoutData, once: false),
            Redelivery.To("gone", Subscriber, once: false));

        _plan.Added.Should().BeEmpty();
        _plan.Answer([]).Should().Equal(
            Result(RedeliveryOutcome.Unknown), Result(RedeliveryOutcome.Unknown), Result(RedeliveryOutcome.DataGone), Result(RedeliveryOutcome.DataGone));
    }

    [Fact]
    public void A_subscription_gets_a_message_once_where_that_is_asked_for()
    {
        var other = new SubscriptionId(Guid.NewGuid());
        Decide(
            Redelivery.To("msg", Subscriber, once: true), Redelivery.To("msg", other, once: true), Redelivery.To("msg", other, once: true),
            Redelivery.To("msg", other, once: false));

        _plan.Answer([new(10), new(11)]).Select(result => result.Outcome).Should().Equal(
            RedeliveryOutcome.LeftOut, RedeliveryOutcome.Added, RedeliveryOutcome.LeftOut, RedeliveryOutcome.Added);
        _plan.Added.Should().OnlyContain(step => step.Lane == LaneId.Of(other) && step.Repeats == null);
    }

    [Fact]
    public void A_repeated_delivery_counts_for_its_subscription()
    {
        var plan = new RedeliveryPlan<string>(FindDelivery, _ => new KnownRecipients<string>("msg", DataGone: false, _ => false));
        plan.Add(Redelivery.Of(Dead, once: true));
        plan.Add(Redelivery.To("msg", Subscriber, once: true));

        plan.Answer([new(10)])[1].Outcome.Should().Be(RedeliveryOutcome.LeftOut);
    }

    private void Decide(params Redelivery[] redeliveries)
    {
        foreach (var redelivery in redeliveries)
            _plan.Add(redelivery);
    }

    private static RedeliveryResult Result(RedeliveryOutcome outcome, long? delivery = null) => new(outcome, delivery is { } id ? new DeliveryId(id) : null);

    private static KnownDelivery<string>? FindDelivery(DeliveryId id) => id.Value is < 1 or > 4
        ? null
        : new KnownDelivery<string>
        {
            Message = "msg",
            DataGone = id == WithoutData,
            Lane = LaneId.Of(Subscriber),
            Subscription = Subscriber,
            Status = id == Waiting ? DeliveryStatus.Waiting : DeliveryStatus.Dead,
            RepeatedAs = id == RepeatedBefore ? new DeliveryId(9) : null,
        };

    private static KnownRecipients<string>? FindMessage(string id) => id == "other" ? null : new(id, id == "gone", subscription => subscription == Subscriber);
}
