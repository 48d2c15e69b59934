namespace WebhookKit;

/// <summary>
/// One kind of sender: the scheme it signs with, and where in its requests the event's type, id, time and data are. What is not set is read as Standard
/// Webhooks has it: <c>{"type": …, "timestamp": …, "data": …}</c> with the id in a header.
/// </summary>
/// <example><code>
/// new WebhookSource(SignatureSchemes.Hmac("autoinspector-signature"))
/// {
///     Type = WebhookField.Member("event"),
///     Data = WebhookField.Member("payload"),
/// }
/// </code></example>
public sealed class WebhookSource
{
    /// <summary>Creates a source that signs with the given scheme.</summary>
    public WebhookSource(SignatureScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        Scheme = scheme;
    }

    /// <summary>How its requests are signed.</summary>
    public SignatureScheme Scheme { get; }

    /// <summary>Where the event's type is.</summary>
    /// <value>The member <c>type</c>.</value>
    /// <exception cref="WebhookValidationException">The whole body was given.</exception>
    public WebhookField Type { get; init => field = Part(value, nameof(Type)); } = WebhookField.Member("type");

    /// <summary>Where the message id is.</summary>
    /// <value>Null: the id that the scheme signs, if it signs one; otherwise the header <c>webhook-id</c>, unsigned.</value>
    /// <exception cref="WebhookValidationException">The whole body was given.</exception>
    public WebhookField? Id { get; init => field = value is null ? null : Part(value, nameof(Id)); }

    /// <summary>
    /// Where the event's time is: an ISO 8601 text (without an offset it is UTC) or a number of Unix seconds. If it is not there: the time that the scheme
    /// signs.
    /// </summary>
    /// <value>The member <c>timestamp</c>.</value>
    /// <exception cref="WebhookValidationException">The whole body was given.</exception>
    public WebhookField Timestamp { get; init => field = Part(value, nameof(Timestamp)); } = WebhookField.Member("timestamp");

    /// <summary>Where the event's data is: a member, or <see cref="WebhookField.WholeBody"/> for senders without an envelope.</summary>
    /// <value>The member <c>data</c>.</value>
    /// <exception cref="WebhookValidationException">A header was given.</exception>
    public WebhookField Data { get; init => field = InBody(value); } = WebhookField.Member("data");

    private static WebhookField Part(WebhookField field, string name)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.HeaderName is not null || !field.Path.IsEmpty
            ? field
            : throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, name, "The whole body cannot be read as this.", "Name a header or a member of the body."));
    }

    private static WebhookField InBody(WebhookField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.HeaderName is null
            ? field
            : throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(Data), "Data is not read from a header.", "Name a member of the body, or use WebhookField.WholeBody."));
    }
}
