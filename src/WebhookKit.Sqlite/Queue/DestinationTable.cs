using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>The ad hoc destinations to which a delivery is known, each kept once: the same id is the same destination.</summary>
internal sealed class DestinationTable(Database database)
{
    /// <summary>That many more deliveries go to it.</summary>
    public void Add(DestinationId id, SettingsForm form, int deliveries) => database.Statement(
            "INSERT INTO destination (id, settings, secrets, known) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET known = known + excluded.known")
        .Add(id.Value).Add(form.Json).Add(form.Secrets).Add((long)deliveries).Run();

    /// <summary>That many more deliveries go to one that is known.</summary>
    public void Count(DestinationId id, int more) =>
        database.Statement("UPDATE destination SET known = known + ? WHERE id = ?").Add((long)more).Add(id.Value).Run();

    /// <summary>That many deliveries to it were forgotten; it goes with the last.</summary>
    public void Subtract(DestinationId id, int deliveries)
    {
        Count(id, -deliveries);
        database.Statement("DELETE FROM destination WHERE id = ? AND known <= 0").Add(id.Value).Run();
    }

    public bool Has(DestinationId id) => database.Statement("SELECT 1 FROM destination WHERE id = ?").Add(id.Value).Scalar() is not null;

    public SettingsForm Read(DestinationId id) => Find(id) ?? throw new WebhookStoreException(
        StoreFault.Unreadable, $"The SQLite store is damaged: the destination {id} of a delivery is missing. Restore it from a backup.");

    private SettingsForm? Find(DestinationId id)
    {
        var rows = database.Statement("SELECT settings, secrets FROM destination WHERE id = ?").Add(id.Value);
        if (!rows.Read())
            return null;
        var form = new SettingsForm(rows.GetString(0), rows.GetBytes(1).ToArray());
        rows.Stop();
        return form;
    }
}
