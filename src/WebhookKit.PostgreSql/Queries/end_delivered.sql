-- Ends deliveries that were delivered and logs their attempts, as far as nothing else is to be decided: they wait, their lanes are held with these tokens and
-- neither suspect a delivery nor wait for one, and the attempts are not in the log. Locks them in id order; answers with those that it ended.
-- $1 now, $2 deliveries, $3 lanes, $4 tokens, $5 attempts, $6 times, $7 durations, $8 numbers, $9 status codes, $10 causes, $11 outcomes, $12 bodies,
-- $13 details, $14 the status, $15 the answer
WITH settled AS MATERIALIZED (
    SELECT d.id, d.lane_id, d.message_id, d.subscription_id, d.destination_id, d.enqueued_at, d.repeats, d.repeated_as, d.attempts_made, d.last_attempt_at,
        d.last_status, d.last_outcome, d.cause, m.tenant, m.event_type, t.attempt_id, t.started_at, t.duration, t.number, t.status_code,
        t.attempt_cause, t.outcome, t.response_body, t.detail, d.last_attempt_at IS NULL OR t.started_at >= d.last_attempt_at AS is_latest
    FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        AS t (id, lane_id, token, attempt_id, started_at, duration, number, status_code, attempt_cause, outcome, response_body, detail)
    JOIN {schema}.delivery d ON d.id = t.id AND d.lane_id = t.lane_id
    JOIN {schema}.lane l ON l.id = t.lane_id AND l.token = t.token AND l.suspect IS NULL AND l.order_delivery IS NULL
    JOIN {schema}.message m ON m.id = d.message_id
    WHERE (SELECT a.id FROM {schema}.attempt a WHERE a.id = t.attempt_id) IS NULL
    ORDER BY d.id FOR UPDATE OF d
), gone AS (
    DELETE FROM {schema}.delivery d USING settled s WHERE d.id = s.id
), logged AS (
    INSERT INTO {schema}.attempt (id, delivery_id, started_at, duration, number, status_code, cause, outcome, answer, response_body, detail)
    SELECT attempt_id, id, started_at, duration, number, status_code, attempt_cause, outcome, $15, response_body, detail FROM settled
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO {schema}.delivery_ended
    (id, lane_id, message_id, subscription_id, destination_id, tenant, event_type, enqueued_at, ended_at, repeats, repeated_as, last_attempt_at,
    attempts_made, last_status, last_outcome, cause, status)
SELECT id, lane_id, message_id, subscription_id, destination_id, tenant, event_type, enqueued_at, coalesce($1, clock_timestamp()), repeats, repeated_as,
    CASE WHEN is_latest THEN started_at ELSE last_attempt_at END, attempts_made + 1, CASE WHEN is_latest THEN status_code ELSE last_status END,
    CASE WHEN is_latest THEN outcome ELSE last_outcome END, cause, $14
FROM settled
RETURNING id
