using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

public sealed class AttributesFormatTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var attributes = new Dictionary<string, string> { ["region"] = "eu", ["Region"] = "", ["Ångström"] = "\"📬\" </script> \\", [""] = "null" };

        AttributesFormat.Read(AttributesFormat.Write(attributes)).Should().Equal(attributes);
    }

    [Fact]
    public void No_attributes_are_null()
    {
        AttributesFormat.Write(new Dictionary<string, string>()).Should().BeNull();
        AttributesFormat.Read(null).Should().BeEmpty();
    }

    [Fact]
    public void The_form_never_changes() => AttributesFormat.Write(new Dictionary<string, string> { ["région"] = "eu" }).Should().Be("""{"région":"eu"}""");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    public void What_is_damaged_is_named(string json) =>
        FluentActions.Invoking(() => AttributesFormat.Read(json)).Should().Throw<WebhookStoreException>().Which.Fault.Should().Be(StoreFault.Unreadable);
}
