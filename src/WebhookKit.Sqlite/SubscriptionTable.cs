using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite;

/// <summary>The subscriptions in the file.</summary>
internal static class SubscriptionTable
{
    private const string Columns = "id, version, no, settings, secrets";

    /// <exception cref="SubscriptionConflictException">The id is taken.</exception>
    public static SubscriptionRow Add(Database database, SubscriptionId id, SettingsForm form)
    {
        if (Find(database, id) is not null)
            throw new SubscriptionConflictException(id);
        database.Statement("INSERT INTO subscription (id, version, settings, secrets) VALUES (?, 1, ?, ?)")
            .Add(id.Value).Add(form.Json).Add(form.Secrets).Run();
        return Find(database, id)!.Value;
    }

    /// <exception cref="SubscriptionConflictException">It is gone, or has another version.</exception>
    public static SubscriptionRow Update(Database database, SubscriptionId id, long version, SettingsForm form)
    {
        if (Find(database, id) is not { } known || known.Version != version)
            throw new SubscriptionConflictException(id);
        database.Statement("UPDATE subscription SET version = ?, settings = ?, secrets = ? WHERE no = ?")
            .Add(version + 1).Add(form.Json).Add(form.Secrets).Add(known.Number).Run();
        // The form before may have had its secrets unprotected.
        database.HasTraces = true;
        return known with { Version = version + 1, Form = form };
    }

    public static bool Remove(Database database, SubscriptionId id)
    {
        var before = database.Changes;
        database.Statement("DELETE FROM subscription WHERE id = ?").Add(id.Value).Run();
        database.HasTraces = true;
        return database.Changes > before;
    }

    public static SubscriptionRow Read(Statement rows) =>
        new(new SubscriptionId(rows.GetGuid(0)), rows.GetInt64(1), rows.GetInt64(2), new SettingsForm(rows.GetString(3), rows.GetBytes(4).ToArray()));

    private static SubscriptionRow? Find(Database database, SubscriptionId id)
    {
        var rows = database.Statement($"SELECT {Columns} FROM subscription WHERE id = ?").Add(id.Value);
        if (!rows.Read())
            return null;
        var row = Read(rows);
        rows.Stop();
        return row;
    }
}
