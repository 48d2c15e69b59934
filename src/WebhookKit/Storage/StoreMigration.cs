namespace WebhookKit;

/// <summary>What a durable store does about its schema when it opens.</summary>
public enum StoreMigration
{
    /// <summary>It creates the schema, or brings it up to date.</summary>
    Apply,

    /// <summary>It looks whether the schema is there and can be worked with, and refuses to start otherwise. It changes nothing.</summary>
    Verify,

    /// <summary>It does not even look: the schema is the host's affair.</summary>
    Skip,
}
