using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using WebhookKit.Messages;

namespace WebhookKit.Subscriptions;

/// <summary>
/// What makes an ad hoc destination the one it is. Settings are told apart by value; an object that only code can describe (a delegate, a policy, a scheme or
/// an envelope of the host's) is told apart by instance, so two different settings never share an id. The price: such a destination is another one when the
/// object is made anew, and in another process.
/// </summary>
internal static class DestinationIdentity
{
    private static readonly ConditionalWeakTable<object, string> Instances = [];

    /// <summary>The id of these settings for this tenant.</summary>
    public static DestinationId IdOf(string? tenant, WebhookDestination destination)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add("destination");
        fingerprint.Add(tenant);
        Add(fingerprint, destination, InstanceOf);
        return new DestinationId(NameUuid.Of(fingerprint));
    }

    /// <summary>
    /// What a publisher would call the same destination: a publish that is repeated makes its objects anew, perhaps in another process, so those that only code
    /// can describe count by their names here.
    /// </summary>
    public static void Describe(Fingerprint fingerprint, WebhookDestination destination) => Add(fingerprint, destination, NameOf);

    private static void Add(Fingerprint fingerprint, WebhookDestination d, Func<object, string> nameOf)
    {
        fingerprint.Add(d.Url);
        Add(d.Secrets.Identity());
        fingerprint.AddNumber(d.Schemes?.Count ?? -1);
        foreach (var scheme in d.Schemes ?? [])
            AddObject(scheme, scheme.Identity());
        AddObject(d.Authentication, d.Authentication.Identity());
        AddPairs(d.Headers);
        AddObject(d.Envelope, d.Envelope?.Identity());
        AddObject(d.Retry, d.Retry?.Identity());
        AddObject(d.Success, d.Success?.Identity());
        fingerprint.AddNumber(d.Timeout?.Ticks ?? -1);
        AddSwitch(d.EndOnGone);
        AddSwitch(d.RespectRetryAfter);
        AddPairs(d.Metadata);

        void Add(IEnumerable<string> texts)
        {
            string[] all = [.. texts];
            fingerprint.AddNumber(all.Length);
            foreach (var text in all)
                fingerprint.Add(text);
        }

        void AddPairs(IReadOnlyDictionary<string, string> pairs) =>
            Add(pairs.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, p.Value }));

        void AddObject(object? o, string? identity)
        {
            fingerprint.AddNumber(o is null ? 0 : identity is not null ? 1 : 2);
            fingerprint.Add(o is null ? null : identity ?? nameOf(o));
        }

        void AddSwitch(bool? value) => fingerprint.AddNumber(value switch { null => -1, false => 0, true => 1 });
    }

    private static string InstanceOf(object o) => Instances.GetValue(o, static _ => RandomNumberGenerator.GetHexString(32));

    private static string NameOf(object o) => o switch
    {
        SignatureScheme scheme => scheme.Name,
        Envelope envelope => envelope.Name,
        EndpointAuthentication authentication => authentication.Kind,
        _ => "custom",
    };
}
