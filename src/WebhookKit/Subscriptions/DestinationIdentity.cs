using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WebhookKit.Messages;

namespace WebhookKit.Subscriptions;

/// <summary>
/// What makes an ad hoc destination the one it is. Settings are told apart by value; an object that only code can describe (a delegate, a policy, a scheme or
/// an envelope of the host's) is told apart by instance, so two different settings never share an id. The price: such a destination is another one when the
/// object is made anew, and in another process. So it is with secrets: ids stand in logs, so what is secret is told apart by a keyed hash whose key only this
/// process knows, and nobody can try guesses against an id.
/// </summary>
internal static class DestinationIdentity
{
    private static readonly ConditionalWeakTable<object, string> Instances = [];
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);

    /// <summary>The id of these settings for this tenant, in this process.</summary>
    public static DestinationId IdOf(string? tenant, WebhookDestination destination) => IdOf(tenant, destination, ProcessKey);

    /// <summary>The id of these settings for this tenant, where this is the key of the process.</summary>
    public static DestinationId IdOf(string? tenant, WebhookDestination destination, byte[] processKey)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add("destination");
        fingerprint.Add(tenant);
        Add(fingerprint, destination, InstanceOf, processKey);
        return new DestinationId(NameUuid.Of(fingerprint));
    }

    /// <summary>
    /// What a publisher would call the same destination: a publish that is repeated makes its objects anew, perhaps in another process, so those that only code
    /// can describe count by their names here. The result is stored, so nothing that is secret enters it: of secrets whether there are any, since they may be
    /// rotated before the repeat; of the authentication the kind and the names of its headers; of other headers the names.
    /// </summary>
    public static void Describe(Fingerprint fingerprint, WebhookDestination destination) => Add(fingerprint, destination, NameOf, processKey: null);

    private static void Add(Fingerprint fingerprint, WebhookDestination d, Func<object, string> nameOf, byte[]? processKey)
    {
        fingerprint.Add(d.Url);
        if (processKey is null)
            fingerprint.AddNumber(d.Secrets.Count > 0 ? 1 : 0);
        else
            Add(d.Secrets.Identity().Select(Conceal));
        fingerprint.AddNumber(d.Schemes?.Count ?? -1);
        foreach (var scheme in d.Schemes ?? [])
            AddObject(scheme, scheme.Identity());
        AddAuthentication(d.Authentication);
        AddPairs(d.Headers, Conceal);
        AddObject(d.Envelope, d.Envelope?.Identity());
        AddObject(d.Retry, d.Retry?.Identity());
        AddObject(d.Success, d.Success?.Identity());
        fingerprint.AddNumber(d.Timeout?.Ticks ?? -1);
        AddSwitch(d.EndOnGone);
        AddSwitch(d.RespectRetryAfter);
        AddPairs(d.Metadata, static value => value);

        void Add(IEnumerable<string> texts)
        {
            string[] all = [.. texts];
            fingerprint.AddNumber(all.Length);
            foreach (var text in all)
                fingerprint.Add(text);
        }

        void AddPairs(IReadOnlyDictionary<string, string> pairs, Func<string, string> valueOf) =>
            Add(pairs.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, valueOf(p.Value) }));

        void AddAuthentication(EndpointAuthentication authentication)
        {
            var known = authentication.Identity();
            if (known is null || authentication == EndpointAuthentication.None)
            {
                AddObject(authentication, known);
                return;
            }

            AddObject(authentication, processKey is null ? authentication.Kind : Conceal(known));
            if (processKey is null)
                Add(authentication.HeaderNames);
        }

        void AddObject(object? o, string? identity)
        {
            fingerprint.AddNumber(o is null ? 0 : identity is not null ? 1 : 2);
            fingerprint.Add(o is null ? null : identity ?? nameOf(o));
        }

        string Conceal(string secret) => processKey is null ? "" : KeyedHash(processKey, secret);

        void AddSwitch(bool? value) => fingerprint.AddNumber(value switch { null => -1, false => 0, true => 1 });
    }

    private static string KeyedHash(byte[] key, string secret) =>
        Convert.ToHexString(HMACSHA256.HashData(key, MemoryMarshal.AsBytes(secret.AsSpan())));

    private static string InstanceOf(object o) => Instances.GetValue(o, static _ => RandomNumberGenerator.GetHexString(32));

    private static string NameOf(object o) => o switch
    {
        SignatureScheme scheme => scheme.Name,
        Envelope envelope => envelope.Name,
        EndpointAuthentication authentication => authentication.Kind,
        _ => "custom",
    };
}
