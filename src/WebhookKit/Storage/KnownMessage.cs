namespace WebhookKit.Storage;

/// <summary>What a store knows of a message that was accepted before.</summary>
/// <param name="PublicId">The id that receivers see.</param>
/// <param name="Targets">How many targets it was accepted with.</param>
internal readonly record struct KnownMessage(string PublicId, int Targets);
