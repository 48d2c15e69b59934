namespace WebhookKit.Signing;

internal static class NoSecretError
{
    internal static WebhookValidationException Exception() => new(new WebhookError(
        WebhookErrorCode.Required, "Secrets", "No secret is valid at the time of signing.", "Give the endpoint a secret, such as WebhookSecret.Generate()."));
}
