namespace WebhookKit;

/// <summary>What a subscription falls back to where it says nothing. Set in code: <c>AddWebhooks(o => o.Subscriptions.Schemes = …)</c>.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>How requests are signed; an empty list is not at all.</summary>
    /// <value>Standard Webhooks v1 by default.</value>
    public IReadOnlyList<SignatureScheme> Schemes { get; set; } = [SignatureSchemes.StandardWebhooks];

    /// <summary>The form of the body.</summary>
    /// <value><see cref="Envelope.StandardWebhooks"/> by default.</value>
    public Envelope Envelope { get; set; } = Envelope.StandardWebhooks;

    /// <summary>When failed attempts are repeated; null takes <c>Webhooks:Retry</c>.</summary>
    public RetryPolicy? Retry { get; set; }

    /// <summary>Which answers count as accepted.</summary>
    /// <value>Any status from 200 to 299 by default.</value>
    public SuccessRule Success { get; set; } = SuccessRule.Any2xx;

    /// <summary>Whether an answer 410 Gone disables a subscription.</summary>
    /// <value>True by default.</value>
    public bool DisableOnGone { get; set; } = true;

    /// <summary>Whether a <c>Retry-After</c> header on 429 and 503 is heeded.</summary>
    /// <value>True by default.</value>
    public bool RespectRetryAfter { get; set; } = true;

    internal IEnumerable<WebhookError> Check()
    {
        if (Schemes is null || Schemes.Contains(null))
            yield return Missing(nameof(Schemes));
        if (Envelope is null)
            yield return Missing(nameof(Envelope));
        if (Success is null)
            yield return Missing(nameof(Success));
    }

    private static WebhookError Missing(string name) =>
        new(WebhookErrorCode.Required, $"WebhookOptions.Subscriptions.{name}", "The value, or a member of it, is null.", "Leave the default or give one.");
}
