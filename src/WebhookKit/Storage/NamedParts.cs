namespace WebhookKit.Storage;

/// <summary>The parts of the host's own, by their names and back.</summary>
internal sealed class NamedParts(IReadOnlyList<NamedPart> parts)
{
    /// <summary>The name of a part; null if it was not registered. A policy that equals a registered one is that one.</summary>
    public string? NameOf(object part) => parts.FirstOrDefault(p => p.Part.Equals(part))?.Name;

    /// <summary>The part of a kind by its name.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: this host has none of that name.</exception>
    public T Find<T>(string name, string method)
        where T : class =>
        parts.FirstOrDefault(p => p.Part is T && string.Equals(p.Name, name, StringComparison.Ordinal))?.Part as T
        ?? throw new WebhookStoreException(
            StoreFault.Unreadable, $"A subscription or destination was stored with '{name}', which this host does not know. Register it with {method}.");
}
