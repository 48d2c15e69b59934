namespace WebhookKit.Tests.Signing;

/// <summary>A test that is left out, with the reason, where no folder of published vectors is named; where one is named, it must be readable.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedVectorsFactAttribute : FactAttribute
{
    public PublishedVectorsFactAttribute()
    {
        if (string.IsNullOrEmpty(Folder))
            Skip = "The vectors that others publish are theirs and no part of this repository: WEBHOOKKIT_VECTORS names no folder with vectors-published.json.";
    }

    public static string? Folder => Environment.GetEnvironmentVariable("WEBHOOKKIT_VECTORS");
}
