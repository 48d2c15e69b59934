using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>
/// The idempotency keys that are not free yet. One that has expired counts no longer, whenever it is removed: a few with every call that brings new ones, so
/// that no call pays for a sweep.
/// </summary>
internal sealed class KeyTable(Database database)
{
    private const int RemovedAtOnce = 16;

    public KnownKey? Find(string? tenant, string key, long now)
    {
        var rows = database.Statement(
                "SELECT content_hash, message_id, targets FROM idempotency_key WHERE tenant IS ? AND key = ? AND expires > ?").Add(tenant).Add(key).Add(now);
        if (!rows.Read())
            return null;
        var known = new KnownKey(rows.GetBytes(0).ToArray(), rows.GetString(1), rows.GetInt32(2));
        rows.Stop();
        return known;
    }

    public void Add(EnqueueRequest request, long now)
    {
        var (key, message) = (request.Idempotency!, request.Message);
        database.Statement("DELETE FROM idempotency_key WHERE tenant IS ? AND key = ?").Add(message.Tenant).Add(key.Key).Run();
        database.Statement("INSERT INTO idempotency_key (tenant, key, content_hash, message_id, targets, expires) VALUES (?, ?, ?, ?, ?, ?)")
            .Add(message.Tenant).Add(key.Key).Add(key.ContentHash.Span).Add(message.PublicId).Add((long)request.Targets.Count)
            .Add(FileClock.After(now, key.Lifetime)).Run();
    }

    public void RemoveExpired(int added, long now) => RemoveExpiredAtMost(RemovedAtOnce + added, now);

    public void RemoveExpiredAtMost(int most, long now) => database.Statement(
            "DELETE FROM idempotency_key WHERE rowid IN (SELECT rowid FROM idempotency_key WHERE expires <= ? ORDER BY expires LIMIT ?)")
        .Add(now).Add((long)most).Run();

    /// <summary>Removes some of a tenant; answers with how many.</summary>
    public int RemoveOf(string? tenant, int most)
    {
        var before = database.Changes;
        database.Statement("DELETE FROM idempotency_key WHERE rowid IN (SELECT rowid FROM idempotency_key WHERE tenant IS ? LIMIT ?)")
            .Add(tenant).Add((long)most).Run();
        return (int)(database.Changes - before);
    }

    public bool HasAny(string? tenant) => database.Statement("SELECT 1 FROM idempotency_key WHERE tenant IS ? LIMIT 1").Add(tenant).Scalar() is not null;
}
