namespace WebhookKit.Tests.Envelopes;

public sealed class CloudEventsTests
{
    private const string Id = "msg_0199f0d7c3e87c2a9d6f0a1b2c3d4e5f";

    private static readonly CloudEventsOptions Full = new()
    {
        Source = "https://example.com/inspections",
        TypePrefix = "com.example.",
        Subject = _ => "Euro € 😀",
        DataSchema = c => new Uri($"https://example.com/schemas/{c.EventType}?v=1"),
        Extensions = new Dictionary<string, Func<EnvelopeContext, string?>> { ["tenant"] = c => c.Tenant, ["region"] = _ => "eu 1\"%" },
    };

    [Fact]
    public void Structured_is_one_object_of_attributes_and_data()
    {
        var rendering = Envelope.CloudEvents("https://example.com/inspections").Render(Message());

        rendering.Text().Should().Be(
            $$"""{"specversion":"1.0","id":"{{Id}}","source":"https://example.com/inspections","type":"inspection.completed","""
            + """ "time":"2026-11-03T20:26:10.344Z","datacontenttype":"application/json","data":{ "n" : 1.50, "name":"é" }}""".TrimStart());
        rendering.Headers.Should().BeEmpty();
        Envelope.CloudEvents("/x").ContentType.Should().Be("application/cloudevents+json; charset=utf-8");
    }

    [Fact]
    public void Optional_attributes_stand_in_the_object_beside_the_others()
    {
        Envelope.CloudEvents(Full).Render(Message("acme")).Text().Should().Be(
            $$"""{"specversion":"1.0","id":"{{Id}}","source":"https://example.com/inspections","type":"com.example.inspection.completed","""
            + """ "time":"2026-11-03T20:26:10.344Z","subject":"Euro € \uD83D\uDE00",""".TrimStart()
            + """ "dataschema":"https://example.com/schemas/inspection.completed?v=1",""".TrimStart()
            + """ "tenant":"acme","region":"eu 1\"%","datacontenttype":"application/json","data":{ "n" : 1.50, "name":"é" }}""".TrimStart());
    }

    [Fact]
    public void Binary_is_the_bare_data_with_the_attributes_as_percent_encoded_headers()
    {
        var envelope = Envelope.CloudEvents(Full with { Mode = CloudEventsMode.Binary });
        var rendering = envelope.Render(Message("acme"));

        rendering.Text().Should().Be("""{ "n" : 1.50, "name":"é" }""");
        envelope.ContentType.Should().Be("application/json");
        rendering.Headers.Select(h => $"{h.Key}: {h.Value}").Should().Equal(
            "ce-specversion: 1.0", $"ce-id: {Id}", "ce-source: https://example.com/inspections", "ce-type: com.example.inspection.completed",
            "ce-time: 2026-11-03T20:26:10.344Z", "ce-subject: Euro%20%E2%82%AC%20%F0%9F%98%80",
            "ce-dataschema: https://example.com/schemas/inspection.completed?v=1", "ce-tenant: acme", "ce-region: eu%201%22%25");
        envelope.HeaderNames.Should().Contain(rendering.Headers.Select(h => h.Key)).And.Contain("ce-datacontenttype", "nobody may set it in binary mode");
    }

    [Theory]
    [InlineData(CloudEventsMode.Structured)]
    [InlineData(CloudEventsMode.Binary)]
    public void What_is_not_given_is_absent_and_the_tenant_is_not_sent(CloudEventsMode mode)
    {
        var nothing = Full with
        {
            Mode = mode,
            Subject = _ => "",
            DataSchema = _ => null,
            Extensions = new Dictionary<string, Func<EnvelopeContext, string?>> { ["region"] = _ => null },
        };

        var rendering = Envelope.CloudEvents(nothing).Render(Message("acme"));

        foreach (var text in rendering.Headers.Select(h => h.Key + h.Value).Append(rendering.Text()))
            text.Should().NotContain("subject").And.NotContain("dataschema").And.NotContain("region").And.NotContain("acme").And.NotContain("null");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"I'm just a string\"")]
    [InlineData("[1]")]
    public void Data_that_is_no_object_is_data_all_the_same(string data)
    {
        var message = TestMessages.Create(data);

        Envelope.CloudEvents("/x").Render(message).Text().Should().EndWith($"\"data\":{data}}}");
        Envelope.CloudEvents("/x", CloudEventsMode.Binary).Render(message).Text().Should().Be(data);
    }

    [Fact]
    public void The_time_has_as_many_digits_of_a_second_as_there_are()
    {
        var time = new DateTimeOffset(2018, 4, 5, 3, 56, 24, TimeSpan.Zero);
        string Render(DateTimeOffset at) =>
            Envelope.CloudEvents("/x", CloudEventsMode.Binary).Render(Message() with { Timestamp = at }).Headers.Single(h => h.Key == "ce-time").Value;

        Render(time).Should().Be("2018-04-05T03:56:24Z");
        Render(time.AddTicks(1)).Should().Be("2018-04-05T03:56:24.0000001Z");
        Render(time.ToOffset(TimeSpan.FromHours(-5))).Should().Be("2018-04-05T03:56:24Z");
    }

    [Theory]
    [InlineData("https://github.com/cloudevents")]
    [InlineData("mailto:cncf-wg-serverless@lists.cncf.io")]
    [InlineData("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [InlineData("/cloudevents/spec/pull/123")]
    [InlineData("/sensors/tn-1234567/alerts")]
    [InlineData("1-555-123-4567")]
    [InlineData("https://example.com/a%20b?c=d#e")]
    public void A_source_is_any_URI_reference(string source) =>
        Envelope.CloudEvents(source, CloudEventsMode.Binary).Render(Message()).Headers.Should().Contain(
            h => h.Key == "ce-source" && h.Value == source.Replace("%", "%25", StringComparison.Ordinal));

    public static TheoryData<string> TooLong => [new string('s', 2049)];

    [Theory]
    [MemberData(nameof(TooLong))]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a b")]
    [InlineData("https://exämple.com")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("#a#b")]
    [InlineData("/a\r\nx: y")]
    [InlineData("\"/a\"")]
    public void A_source_that_is_no_URI_reference_is_refused(string? source) =>
        FluentActions.Invoking(() => Envelope.CloudEvents(source!)).Should().Throw<WebhookValidationException>()
            .Which.Errors.Should().ContainSingle().Which.Field.Should().Be("CloudEventsOptions.Source");

    [Fact]
    public void All_that_is_wrong_with_the_settings_is_told_at_once()
    {
        var create = () => Envelope.CloudEvents(new CloudEventsOptions
        {
            Source = "",
            Mode = (CloudEventsMode)7,
            TypePrefix = "com.example",
            Extensions = new Dictionary<string, Func<EnvelopeContext, string?>>
            {
                [""] = _ => "", ["camelCase"] = _ => "", ["under_score"] = _ => "", ["abcdefghijklmnopqrstu"] = _ => "", ["data"] = _ => "",
                ["specversion"] = _ => "", ["datacontenttype"] = _ => "", ["nothing"] = null!, ["abcdefghijklmnopqr12"] = _ => "",
            },
        });

        create.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => e.Field.Replace("CloudEventsOptions.", "", StringComparison.Ordinal))
            .Should().Equal(
                "Source", "Mode", "TypePrefix", "Extensions[]", "Extensions[camelCase]", "Extensions[under_score]", "Extensions[abcdefghijklmnopqrstu]",
                "Extensions[data]", "Extensions[specversion]", "Extensions[datacontenttype]", "Extensions[nothing]");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("com example.")]
    [InlineData("com.exämple.")]
    public void A_type_prefix_that_cannot_be_is_refused(string? prefix) =>
        FluentActions.Invoking(() => Envelope.CloudEvents(new CloudEventsOptions { Source = "/x", TypePrefix = prefix! }))
            .Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which.Field.Should().Be("CloudEventsOptions.TypePrefix");

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\u007f")]
    [InlineData("\u0085")]
    [InlineData("\ufffe")]
    [InlineData("\ufdd0")]
    [InlineData("\ud83f\udfff")]
    public void A_text_that_a_CloudEvent_cannot_have_is_named(string text)
    {
        foreach (var mode in Enum.GetValues<CloudEventsMode>())
        {
            Envelope.CloudEvents(new CloudEventsOptions { Source = "/x", Mode = mode, Subject = _ => text }).Invoking(e => e.Render(Message()))
                .Should().Throw<EnvelopeException>().WithMessage("*'subject'*");
        }
    }

    [Fact]
    public void A_lone_surrogate_is_no_text() => A_text_that_a_CloudEvent_cannot_have_is_named("a\ud800b");

    [Fact]
    public void A_schema_is_an_absolute_URI()
    {
        var envelope = Envelope.CloudEvents(new CloudEventsOptions { Source = "/x", DataSchema = _ => new Uri("schemas/1", UriKind.Relative) });

        envelope.Invoking(e => e.Render(Message())).Should().Throw<EnvelopeException>().WithMessage("*'dataschema'*absolute*");
    }

    [Fact]
    public void A_header_that_would_be_too_long_is_an_error_of_the_envelope()
    {
        var envelope = Envelope.CloudEvents(new CloudEventsOptions { Source = "/x", Mode = CloudEventsMode.Binary, Subject = _ => new string('s', 8193) });

        envelope.Invoking(e => e.Render(Message())).Should().Throw<EnvelopeException>().WithMessage("*'ce-subject'*");
    }

    [Fact]
    public void Declared_inputs_can_be_used_and_others_cannot()
    {
        var options = new CloudEventsOptions { Source = "/x", Subject = c => c.Metadata["site"] };
        var input = new RenderingInput { Message = Message(), Metadata = new Dictionary<string, string> { ["site"] = "Bern" } };

        Envelope.CloudEvents(options with { Uses = EnvelopeInputs.Metadata }).Render(input).Text().Should().Contain("\"subject\":\"Bern\"");
        Envelope.CloudEvents(options).Invoking(e => e.Render(input)).Should().Throw<EnvelopeException>().WithMessage("*did not declare*");
    }

    private static WebhookMessage Message(string? tenant = null) =>
        TestMessages.Create("""{ "n" : 1.50, "name":"é" }""", tenant: tenant) with { PublicId = Id };
}
