using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>Every event type the host has registered; the container has it.</summary>
public sealed class EventCatalog
{
    private readonly FrozenDictionary<string, EventType> _byName;
    private readonly FrozenDictionary<Type, EventType[]> _byType;

    /// <summary>Creates a catalogue.</summary>
    /// <exception cref="WebhookValidationException">Names or groups are malformed, or names are taken twice; every fault is listed.</exception>
    internal EventCatalog(IEnumerable<EventType> eventTypes)
    {
        ArgumentNullException.ThrowIfNull(eventTypes);
        var all = eventTypes.ToArray();
        var errors = Check(all).ToArray();
        if (errors.Length > 0)
            throw new WebhookValidationException(errors);
        All = [.. all.OrderBy(e => e.Name, StringComparer.Ordinal)];
        _byName = all.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);
        _byType = all.Where(e => e.DataContract is not null).GroupBy(e => e.DataContract!.Type).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        Groups = all.Select(e => e.Group).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>All event types, by name.</summary>
    public IReadOnlyList<EventType> All { get; }

    /// <summary>The groups that event types name.</summary>
    public IReadOnlySet<string> Groups { get; }

    /// <summary>Finds an event type by its name on the wire.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out EventType? eventType) => _byName.TryGetValue(name, out eventType);

    internal static IEnumerable<WebhookError> Check(IEnumerable<EventType> eventTypes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in eventTypes)
        {
            if (e is null)
            {
                yield return new(WebhookErrorCode.Required, "EventTypes", "An event type is null.", "Leave it out.");
                continue;
            }

            var field = $"AddEvent({e.DataType?.Name ?? e.Name})";
            if (!EventTypeName.IsValid(e.Name))
                yield return EventTypeName.Error(field, e.Name);
            else if (!seen.Add(e.Name))
                yield return new(WebhookErrorCode.Duplicate, field, $"The event type '{e.Name}' is registered twice.", "Register each event type once.");
            if (e.Group is not null && !GroupName.IsValid(e.Group))
                yield return GroupName.Error($"{field}.Group");
        }
    }

    /// <summary>The event types whose data is of a .NET type; more than one if the type serves several events.</summary>
    internal EventType[] Find(Type dataType) => _byType.TryGetValue(dataType, out var found) ? found : [];
}
