namespace WebhookKit.Tests.Envelopes;

/// <summary>A host can make the very bodies that five products document.</summary>
public sealed class ProductBodyTests
{
    [Fact]
    public void A_bare_body_is_the_data()
    {
        var body = ProductBodies.Compact(ProductBodies.Tchek);

        Envelope.Bare.Render(TestMessages.Create(body)).Text().Should().Be(body);
    }

    [Fact]
    public void Event_and_payload()
    {
        var message = TestMessages.Create(ProductBodies.Member(ProductBodies.Autoinspector, "payload"), "inspection_created");

        ProductBodies.AutoinspectorEnvelope.Render(message).Text().Should().Be(ProductBodies.Compact(ProductBodies.Autoinspector));
    }

    [Theory]
    [InlineData("""{"action":"update","entity":"resident","entity_id":17,"data":{}}""", ProductBodies.AlphaTouchUpdate)]
    [InlineData("""{"action":"delete","entity":"resident","entity_id":17,"data":null}""", ProductBodies.AlphaTouchDelete)]
    [InlineData("""{"action":"delete","entity":"resident","entity_id":17}""", ProductBodies.AlphaTouchDelete)]
    [InlineData(
        """{"action":"update","entity":"resident","entity_id":[17,18],"data":[{"a":null},{}]}""",
        """{"api_key":"UNIQUE_API_KEY","action":"update","entity":"resident","entity_id":[17,18],"data":[{"a":null},{}]}""")]
    public void A_key_of_the_tenants_in_the_body_and_no_data_on_a_delete(string data, string expected)
    {
        var input = new RenderingInput { Message = TestMessages.Create(data), TenantValues = TenantValues.Of("api_key", "UNIQUE_API_KEY") };

        ProductBodies.AlphaTouch.Render(input).Text().Should().Be(ProductBodies.Compact(expected));
    }

    [Fact]
    public void Id_code_and_display_name()
    {
        var message = TestMessages.Create(ProductBodies.Member(ProductBodies.Inspectorio, "payload"), "report.created") with
        {
            PublicId = "wh-638ce960-1231-11e9-a15d-d1c47c8f7593",
        };

        ProductBodies.InspectorioEnvelope.Render(message, "An Inspection report is uploaded").Text()
            .Should().Be(ProductBodies.Compact(ProductBodies.Inspectorio));
    }

    [Fact]
    public void Metadata_that_came_with_the_request_comes_back()
    {
        var message = TestMessages.Create("""{"url":"https://images.example/photo.jpg","models":["object_detection"]}""");
        var metadata = new Dictionary<string, string> { ["order"] = "A-17", ["customer"] = "Müller" };

        ProductBodies.Foxy.Render(new RenderingInput { Message = message, Metadata = metadata }).Text().Should().Be(
            """{"url":"https://images.example/photo.jpg","models":["object_detection"],"metadata":{"order":"A-17","customer":"Müller"}}""");
        ProductBodies.Foxy.Render(message).Text().Should().Be("""{"url":"https://images.example/photo.jpg","models":["object_detection"]}""");
    }
}
