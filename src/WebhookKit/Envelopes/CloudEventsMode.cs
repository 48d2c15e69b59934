namespace WebhookKit;

/// <summary>How a CloudEvent is put into a request (CloudEvents HTTP protocol binding 1.0.2, section 1.3).</summary>
public enum CloudEventsMode
{
    /// <summary>Attributes and data are one JSON object, <c>application/cloudevents+json</c>.</summary>
    Structured,

    /// <summary>The body is the data alone, <c>application/json</c>; the attributes are headers, <c>ce-id</c> and so on.</summary>
    Binary,
}
