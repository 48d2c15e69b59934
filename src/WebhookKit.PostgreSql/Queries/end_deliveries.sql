-- Moves waiting deliveries, which this transaction has locked, to those that have ended. Null leaves a value as it was.
-- $1 ended at, $2 ids, $3 statuses, $4 reasons, $5 attempts made, $6 times of the last attempts, $7 their outcomes, $8 their statuses
WITH gone AS (
    DELETE FROM {schema}.delivery d
    USING unnest($2, $3, $4, $5, $6, $7, $8) AS t (id, status, dead_reason, attempts_made, last_attempt_at, last_outcome, last_status)
    WHERE d.id = t.id
    RETURNING d.id, d.lane_id, d.message_id, d.subscription_id, d.destination_id, d.enqueued_at, d.repeats, d.repeated_as, d.cause,
        t.status, t.dead_reason, coalesce(t.attempts_made, d.attempts_made) AS attempts_made,
        coalesce(t.last_attempt_at, d.last_attempt_at) AS last_attempt_at,
        CASE WHEN t.last_attempt_at IS NULL THEN d.last_outcome ELSE t.last_outcome END AS last_outcome,
        CASE WHEN t.last_attempt_at IS NULL THEN d.last_status ELSE t.last_status END AS last_status
)
INSERT INTO {schema}.delivery_ended
    (id, lane_id, message_id, subscription_id, destination_id, tenant, event_type, enqueued_at, ended_at, repeats, repeated_as, last_attempt_at,
    attempts_made, last_status, last_outcome, cause, status, dead_reason)
SELECT g.id, g.lane_id, g.message_id, g.subscription_id, g.destination_id, m.tenant, m.event_type, g.enqueued_at, coalesce($1, clock_timestamp()), g.repeats,
    g.repeated_as, g.last_attempt_at, g.attempts_made, g.last_status, g.last_outcome, g.cause, g.status, g.dead_reason
FROM gone g JOIN {schema}.message m ON m.id = g.message_id
