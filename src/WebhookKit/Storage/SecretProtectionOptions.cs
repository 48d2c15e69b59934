namespace WebhookKit;

/// <summary>
/// The keys that secrets are encrypted with in a durable store, section <c>Webhooks:SecretProtection</c>: <c>CurrentKey</c>, and <c>Keys:0:Id</c> with
/// <c>Keys:0:Key</c>, the base64 of 32 random bytes, and so on. To change the key: add a new one on all hosts, make it the current one, call
/// <see cref="IWebhookOperations.ReprotectSecretsAsync"/>, and drop the old one once the log (<c>Webhooks:Retention:Log</c>) keeps nothing from before: ad
/// hoc destinations are not rewritten, and what was written for them with the old key is read with it for as long as the log knows of it.
/// </summary>
public sealed class SecretProtectionOptions
{
    private readonly List<SecretProtectionKey> _keys = [];

    /// <summary>The id of the key that is written with.</summary>
    /// <value>Null by default: the only key. With several it must be named.</value>
    public string? CurrentKey { get; set; }

    /// <summary>What was wrong with keys when they were added.</summary>
    internal List<WebhookError> Faults { get; } = [];

    /// <summary>The keys that were added.</summary>
    internal IReadOnlyList<SecretProtectionKey> Keys => _keys;

    /// <summary>Adds a key. What is wrong with it stops the host from starting, with all other faults.</summary>
    /// <param name="id">Its name: 1 to 64 letters, digits and <c>. _ -</c>.</param>
    /// <param name="key">32 random bytes; they are copied.</param>
    public void AddKey(string id, ReadOnlySpan<byte> key) => Add($"AddKey({id})", id, key);

    internal void Add(string field, string? id, ReadOnlySpan<byte> key)
    {
        try
        {
            _keys.Add(new SecretProtectionKey(id!, key));
        }
        catch (WebhookValidationException e)
        {
            Faults.AddRange(e.Errors.Select(error => error with { Field = $"{field}.{error.Field}" }));
        }
    }

    internal IEnumerable<WebhookError> Check()
    {
        const string section = "Webhooks:SecretProtection";
        foreach (var fault in Faults)
            yield return fault;
        if (_keys.Count == 0 && Faults.Count == 0)
            yield return new(
                WebhookErrorCode.Required, $"{section}:Keys", "There is no key.", "Add one: 32 random bytes, in base64 by 'openssl rand -base64 32'.");
        foreach (var twice in _keys.GroupBy(k => k.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return new(
                WebhookErrorCode.Duplicate, $"{section}:Keys", $"{twice.Count()} keys have the id '{twice.Key}'.", "Give each key an id of its own.");
        if (CurrentKey is null && _keys.Count > 1)
            yield return new(WebhookErrorCode.Required, $"{section}:CurrentKey", "There are several keys, and none is current.", "Name the one to write with.");
        if (CurrentKey is not null && Faults.Count == 0 && !_keys.Exists(k => string.Equals(k.Id, CurrentKey, StringComparison.Ordinal)))
            yield return new(WebhookErrorCode.UnknownSetting, $"{section}:CurrentKey", $"There is no key '{CurrentKey}'.", "Name one of the keys.");
    }

    /// <summary>The protector that the options, once checked, describe.</summary>
    internal AesGcmSecretProtector ToProtector()
    {
        var current = CurrentKey is null ? _keys[0] : _keys.First(k => string.Equals(k.Id, CurrentKey, StringComparison.Ordinal));
        return new AesGcmSecretProtector(current, [.. _keys.Where(k => k != current)]);
    }
}
