using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>The attempts logged, each with what its settlement was answered.</summary>
internal sealed class AttemptTable(Database database)
{
    /// <summary>Attempts that do not count (the sender's own failures) could go on for as long as a delivery may live.</summary>
    private const int MostKept = 100;

    /// <summary>What the settlement with this attempt was answered; null if there was none.</summary>
    public SettleOutcome? AnswerTo(long delivery, Guid attempt) =>
        (SettleOutcome?)database.Statement("SELECT answer FROM attempt WHERE delivery = ? AND id = ?").Add(delivery).Add(attempt).Scalar();

    /// <summary>Logs one; the delivery's row is changed, and to be written.</summary>
    public void Add(DeliveryRow delivery, Attempt attempt, SettleOutcome answer)
    {
        var started = attempt.StartedAt.UtcTicks;
        delivery.Logged++;
        database.Statement(
                "INSERT INTO attempt (delivery, id, place, number, trigger, started, duration, outcome, status_code, response_body, detail, answer)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(delivery.Id).Add(attempt.Id).Add((long)delivery.Logged).Add((long)attempt.Number).Add((long)attempt.Trigger).Add(started)
            .Add(attempt.Duration.Ticks).Add((long)attempt.Outcome).Add(attempt.StatusCode).Add(attempt.ResponseBody).Add(attempt.Detail).Add((long)answer)
            .Run();
        if (delivery.LastStarted is null || delivery.LastStarted <= started)
            (delivery.LastStarted, delivery.LastOutcome, delivery.LastStatus) = (started, (int)attempt.Outcome, attempt.StatusCode);
        if (delivery.Logged > MostKept)
        {
            database.Statement(
                    "DELETE FROM attempt WHERE delivery = ?1 AND id IN"
                    + " (SELECT id FROM attempt WHERE delivery = ?1 ORDER BY started DESC, place DESC LIMIT -1 OFFSET ?2)")
                .Add(delivery.Id).Add((long)MostKept).Run();
        }
    }
}
