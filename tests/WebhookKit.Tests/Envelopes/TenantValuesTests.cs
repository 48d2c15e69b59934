using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace WebhookKit.Tests.Envelopes;

public sealed class TenantValuesTests
{
    private const string Key = "UNIQUE_API_KEY";

    [Fact]
    public void They_are_equal_by_names_and_values_whatever_the_order()
    {
        var values = TenantValues.Of(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        var same = TenantValues.Of(new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        values.Should().Be(same);
        values.GetHashCode().Should().Be(same.GetHashCode());
        var another = TenantValues.Of(new Dictionary<string, string> { ["a"] = "1", ["b"] = "3" });
        foreach (var other in new[] { TenantValues.None, TenantValues.Of("a", "1"), another })
            values.Should().NotBe(other);
        TenantValues.Of("a", "1").Should().NotBe(TenantValues.Of("A", "1")).And.NotBe(TenantValues.Of("b", "1"));
        TenantValues.Of().Should().Be(TenantValues.None);
    }

    [Fact]
    public void A_value_is_found_by_its_name_and_a_missing_one_is_not()
    {
        var values = TenantValues.Of("api_key", Key);

        values.TryGet("api_key", out var value).Should().BeTrue();
        value!.Reveal().Should().Be(Key);
        values.TryGet("API_KEY", out value).Should().BeFalse();
        value.Should().BeNull();
        TenantValues.None.TryGet("api_key", out _).Should().BeFalse();
    }

    [Fact]
    public void They_do_not_show()
    {
        var values = TenantValues.Of(new Dictionary<string, string> { ["api_key"] = Key, ["other"] = Key });
        var input = new RenderingInput { Message = TestMessages.Create(), TenantValues = values };
        var rendering = new Rendering(System.Text.Encoding.UTF8.GetBytes(Key), KeyValuePair.Create("x-key", Key));

        values.ToString().Should().Be("(2 tenant values)");
        TenantValues.Of("a", "b").ToString().Should().Be("(1 tenant value)");
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Key));
        foreach (var text in new[]
        {
            JsonSerializer.Serialize(values), JsonSerializer.Serialize(input), input.ToString(), JsonSerializer.Serialize(rendering), rendering.ToString(),
        })
            text.Should().NotContain(Key).And.NotContain(encoded);
        typeof(TenantValues).GetField("_entries", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetCustomAttribute<DebuggerBrowsableAttribute>()!.State.Should().Be(DebuggerBrowsableState.Never);
        FluentActions.Invoking(() => JsonSerializer.Deserialize<TenantValues>("\"(1 tenant value)\"")).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void Empty_names_and_values_and_names_given_twice_are_refused_together_without_a_value_in_the_error()
    {
        var create = () => TenantValues.Of(
            KeyValuePair.Create("", Key), KeyValuePair.Create("empty", ""), KeyValuePair.Create<string, string>("null", null!),
            KeyValuePair.Create("twice", Key), KeyValuePair.Create("twice", Key + "2"));

        var refused = create.Should().Throw<WebhookValidationException>().Which;

        refused.Errors.Select(e => e.Field).Should().Equal("TenantValues[]", "TenantValues[empty]", "TenantValues[null]", "TenantValues[twice]");
        refused.ToString().Should().NotContain(Key);
    }
}
