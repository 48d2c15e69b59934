using System.Globalization;

namespace WebhookKit.Envelopes;

/// <summary>CloudEvents 1.0.2: the JSON event format, or the binary content mode of the HTTP protocol binding.</summary>
internal sealed class CloudEventsEnvelope : Envelope
{
    /// <summary>The member that holds the data; no attribute may have this name.</summary>
    public const string Data = "data";

    private const string DataContentType = "datacontenttype";
    private const string Subject = "subject";
    private const string DataSchema = "dataschema";
    private const string Json = "application/json";
    private const string HeaderPrefix = "ce-";

    // RFC 3339 in UTC, with as many digits of a second as there are.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    private readonly CloudEventsOptions _options;
    private readonly KeyValuePair<string, Func<EnvelopeContext, string?>>[] _extensions;

    private CloudEventsEnvelope(CloudEventsOptions options, IReadOnlyCollection<string> headerNames) : base(
        options.Mode == CloudEventsMode.Binary ? "cloudevents-binary" : "cloudevents",
        options.Mode == CloudEventsMode.Binary ? Json : "application/cloudevents+json; charset=utf-8",
        options.Uses,
        headerNames)
    {
        _options = options;
        _extensions = [.. options.Extensions];
    }

    /// <summary>The attributes that the specification itself names.</summary>
    public static IReadOnlyList<string> CoreAttributes { get; } = ["specversion", "id", "source", "type", "time", Subject, DataSchema, DataContentType];

    public static CloudEventsEnvelope Create(CloudEventsOptions options)
    {
        var errors = CloudEventsValidator.Validate(options);
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);
        // All of the core, ce-datacontenttype among them: in binary mode it must not be there at all (HTTP protocol binding 1.0.2, section 3.1.1).
        return new CloudEventsEnvelope(
            options, options.Mode == CloudEventsMode.Binary ? [.. CoreAttributes.Concat(options.Extensions.Keys).Select(a => HeaderPrefix + a)] : []);
    }

    /// <summary>The settings, to store them.</summary>
    internal CloudEventsOptions Options => _options;

    // Functions can only be told apart as objects. None of these has a line break.
    internal override string? Identity() => _options is { Subject: null, DataSchema: null } && _extensions.Length == 0
        ? string.Join('\n', Name, _options.Source, _options.TypePrefix, (int)_options.Uses)
        : null;

    protected override Rendering RenderCore(EnvelopeContext context)
    {
        var attributes = Attributes(context);
        if (_options.Mode == CloudEventsMode.Binary)
            return new Rendering(context.Data, [.. attributes.Select(a => KeyValuePair.Create(HeaderPrefix + a.Key, CloudEventsText.Encode(a.Value)))]);
        return new Rendering(context.WriteJson((writer, c) =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in attributes)
                writer.WriteString(name, value);
            writer.WriteString(DataContentType, Json);
            c.WriteData(Data);
            writer.WriteEndObject();
        }));
    }

    private List<KeyValuePair<string, string>> Attributes(EnvelopeContext context)
    {
        List<KeyValuePair<string, string>> attributes =
        [
            new("specversion", "1.0"),
            new("id", context.MessageId),
            new("source", _options.Source),
            new("type", _options.TypePrefix + context.EventType),
            new("time", context.Timestamp.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)),
        ];
        Add(Subject, _options.Subject?.Invoke(context));
        Add(DataSchema, Absolute(_options.DataSchema?.Invoke(context), context));
        foreach (var (name, value) in _extensions)
            Add(name, value(context));
        return attributes;

        void Add(string name, string? value)
        {
            if (string.IsNullOrEmpty(value))
                return;
            if (!CloudEventsText.IsString(value))
                throw context.Fault($"its attribute '{name}' has control characters or other characters that a CloudEvent cannot have.");
            attributes.Add(new(name, value));
        }
    }

    private static string? Absolute(Uri? schema, EnvelopeContext context) => schema is null or { IsAbsoluteUri: true }
        ? schema?.AbsoluteUri
        : throw context.Fault($"its attribute '{DataSchema}' is not an absolute URI.");
}
