using System.Text.Json;
using WebhookKit.Messages;

namespace WebhookKit.Tests.Messages;

public sealed class IdTests
{
    private static readonly Guid Value = Guid.Parse("0192f0aa-bbcc-7ddd-8eee-ff0011223344");

    [Fact]
    public void A_subscription_id_is_read_back_from_its_text_and_its_JSON()
    {
        var id = new SubscriptionId(Value);

        id.ToString().Should().Be("sub_0192f0aabbcc7ddd8eeeff0011223344");
        SubscriptionId.Parse(id.ToString()).Should().Be(id);
        JsonSerializer.Serialize(id).Should().Be("\"sub_0192f0aabbcc7ddd8eeeff0011223344\"");
        JsonSerializer.Deserialize<SubscriptionId>(JsonSerializer.Serialize(id)).Should().Be(id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sub_")]
    [InlineData("SUB_0192f0aabbcc7ddd8eeeff0011223344")]
    [InlineData("msg_0192f0aabbcc7ddd8eeeff0011223344")]
    [InlineData("sub_0192f0aa-bbcc-7ddd-8eee-ff0011223344")]
    [InlineData("sub_0192f0aabbcc7ddd8eeeff001122334")]
    [InlineData("sub_0192f0aabbcc7ddd8eeeff00112233445")]
    public void What_is_no_subscription_id_is_refused(string? text)
    {
        SubscriptionId.TryParse(text, null, out var id).Should().BeFalse();
        id.Should().Be(default(SubscriptionId));
        FluentActions.Invoking(() => SubscriptionId.Parse(text!)).Should().Throw<FormatException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<SubscriptionId>(JsonSerializer.Serialize(text))).Should().Throw<JsonException>();
    }

    [Fact]
    public void A_JSON_number_is_no_subscription_id() =>
        FluentActions.Invoking(() => JsonSerializer.Deserialize<SubscriptionId>("5")).Should().Throw<JsonException>();

    [Fact]
    public void Ids_of_deliveries_and_destinations_are_read_back_from_their_text_and_their_JSON()
    {
        var (delivery, destination) = (new DeliveryId(7), new DestinationId(Value));

        (delivery.ToString(), destination.ToString()).Should().Be(("dlv_7", "dst_0192f0aabbcc7ddd8eeeff0011223344"));
        DeliveryId.Parse("dlv_7").Should().Be(delivery);
        DestinationId.Parse("dst_0192f0aabbcc7ddd8eeeff0011223344").Should().Be(destination);
        JsonSerializer.Deserialize<DeliveryId>(JsonSerializer.Serialize(delivery)).Should().Be(delivery);
        JsonSerializer.Deserialize<DestinationId>(JsonSerializer.Serialize(destination)).Should().Be(destination);
        JsonSerializer.Serialize(delivery).Should().Be("\"dlv_7\"");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dlv_")]
    [InlineData("dlv_-7")]
    [InlineData("dlv_ 7")]
    [InlineData("dlv_99999999999999999999")]
    [InlineData("7")]
    [InlineData("dst_0192f0aa-bbcc-7ddd-8eee-ff0011223344")]
    [InlineData("sub_0192f0aabbcc7ddd8eeeff0011223344")]
    public void What_is_no_id_of_a_delivery_or_destination_is_refused(string? text)
    {
        DeliveryId.TryParse(text, null, out var delivery).Should().BeFalse();
        DestinationId.TryParse(text, null, out var destination).Should().BeFalse();
        (delivery, destination).Should().Be((default(DeliveryId), default(DestinationId)));
        FluentActions.Invoking(() => DeliveryId.Parse(text!)).Should().Throw<FormatException>();
        FluentActions.Invoking(() => DestinationId.Parse(text!)).Should().Throw<FormatException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<DeliveryId>(JsonSerializer.Serialize(text))).Should().Throw<JsonException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<DestinationId>(JsonSerializer.Serialize(text))).Should().Throw<JsonException>();
    }

    [Theory]
    [InlineData("msg_", false, "msg_0192f0aabbcc7ddd8eeeff0011223344")]
    [InlineData("wh-", true, "wh-0192f0aa-bbcc-7ddd-8eee-ff0011223344")]
    [InlineData("", false, "0192f0aabbcc7ddd8eeeff0011223344")]
    public void A_message_id_is_a_prefix_and_a_UUID(string prefix, bool hyphens, string expected)
    {
        MessageIdFormat.Check("Field", prefix).Should().BeNull();
        new MessageIdFormat(prefix, hyphens).Format(Value).Should().Be(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("msg.")]
    [InlineData("a b")]
    [InlineData("a\r\n")]
    [InlineData("é")]
    [InlineData("123456789012345678901234567890123")]
    public void A_prefix_that_could_not_be_signed_safely_is_refused(string? prefix) =>
        MessageIdFormat.Check("Field", prefix)!.Should().Match<WebhookError>(e => e.Field == "Field" && e.Code == WebhookErrorCode.InvalidId);
}
