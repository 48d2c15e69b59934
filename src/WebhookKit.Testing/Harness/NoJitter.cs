namespace WebhookKit.Testing.Harness;

/// <summary>Lets retries be made exactly when their policy says.</summary>
internal sealed class NoJitter : RetryJitter
{
    public override double Next() => 0;
}
