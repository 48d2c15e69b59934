namespace WebhookKit.Sqlite.Files;

/// <summary>
/// The numbers that are given in order and never again, whatever is removed. They are written with the commit that used them; what a rolled-back
/// transaction took is left out.
/// </summary>
internal sealed class Counters
{
    private readonly Database _database;
    private readonly Dictionary<string, long> _written = new(StringComparer.Ordinal);
    private long _delivery;
    private long _message;
    private long _turn;

    public Counters(Database database)
    {
        _database = database;
        var all = database.Statement("SELECT name, value FROM counter");
        while (all.Read())
            _written[all.GetString(0)] = all.GetInt64(1);
        (_delivery, _message, _turn, LastClock) = (Of("delivery"), Of("message"), Of("turn"), Of("clock"));
    }

    /// <summary>The store's time of the last commit.</summary>
    public long LastClock { get; }

    public long NextDelivery() => ++_delivery;

    public long NextMessage() => ++_message;

    public long NextTurn() => ++_turn;

    /// <summary>Writes what changed, in the transaction that is open.</summary>
    public void Write(long now)
    {
        Write("delivery", _delivery);
        Write("message", _message);
        Write("turn", _turn);
        Write("clock", now);
    }

    /// <summary>The transaction was committed.</summary>
    public void Committed(long now) =>
        (_written["delivery"], _written["message"], _written["turn"], _written["clock"]) = (_delivery, _message, _turn, now);

    private long Of(string name) => _written.GetValueOrDefault(name);

    private void Write(string name, long value)
    {
        if (_written[name] != value)
            _database.Statement("UPDATE counter SET value = ? WHERE name = ?").Add(value).Add(name).Run();
    }
}
