using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Storage;

namespace WebhookKit;

/// <content>Names for parts that only code can describe, so that durable stores can keep subscriptions and destinations that have them.</content>
public sealed partial class WebhooksBuilder
{
    /// <summary>
    /// Names a retry policy of the host's own. A durable store keeps the name; a subscription that is read gets the policy that has the name then. Policies that
    /// come with the library are kept with their settings and need no name.
    /// </summary>
    /// <param name="name">1 to 256 characters; every host of one store must know it. Two policies of one name, or none, stop the host from starting.</param>
    /// <param name="policy">The policy; a subscription is stored with its name where its policy equals this one.</param>
    public WebhooksBuilder AddRetryPolicy(string name, RetryPolicy policy) => AddPart(RetryForm.Method, name, policy);

    /// <summary>Names a success rule of the host's own; see <see cref="AddRetryPolicy"/>.</summary>
    /// <param name="name">1 to 256 characters; every host of one store must know it. Two rules of one name, or none, stop the host from starting.</param>
    /// <param name="rule">The rule; subscriptions must have this very object.</param>
    public WebhooksBuilder AddSuccessRule(string name, SuccessRule rule) => AddPart(SuccessForm.Method, name, rule);

    /// <summary>Names an authentication of the host's own; see <see cref="AddRetryPolicy"/>.</summary>
    /// <param name="name">1 to 256 characters; every host of one store must know it. Two of one name, or none, stop the host from starting.</param>
    /// <param name="authentication">The authentication; subscriptions must have this very object.</param>
    public WebhooksBuilder AddAuthentication(string name, EndpointAuthentication authentication) => AddPart(AuthenticationForm.Method, name, authentication);

    /// <summary>Makes a signature scheme of the host's own known to durable stores by its name; see <see cref="AddRetryPolicy"/>.</summary>
    /// <param name="scheme">The scheme; subscriptions must have this very object.</param>
    /// <param name="name">Another name than its <see cref="SignatureScheme.Name"/>, where two schemes have the same; null takes that.</param>
    public WebhooksBuilder AddSignatureScheme(SignatureScheme scheme, string? name = null) => AddPart(SchemeForm.Method, name ?? scheme?.Name, scheme);

    /// <summary>
    /// Makes an envelope of the host's own, CloudEvents with functions among them, known to durable stores by its name; see <see cref="AddRetryPolicy"/>.
    /// </summary>
    /// <param name="envelope">The envelope; subscriptions must have this very object.</param>
    /// <param name="name">Another name than its <see cref="Envelope.Name"/>, where two envelopes have the same; null takes that.</param>
    public WebhooksBuilder AddEnvelope(Envelope envelope, string? name = null) => AddPart(EnvelopeForm.Method, name ?? envelope?.Name, envelope);

    private WebhooksBuilder AddPart(string method, string? name, object? part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Services.AddSingleton(new NamedPart(method, name ?? "", part));
        return this;
    }
}
