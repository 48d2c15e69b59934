-- Adds redeliveries in the order of the call, due at once, with one wake row for each lane, and notes them at what they repeat.
-- $1 now, $2 messages, $3 lanes, $4 subscriptions, $5 destinations, $6 the deliveries they repeat, $7 cause
WITH added AS (
    INSERT INTO {schema}.delivery (lane_id, message_id, subscription_id, destination_id, due_at, enqueued_at, repeats, cause)
    SELECT t.lane_id, t.message_id, t.subscription_id, t.destination_id, n.now, n.now, t.repeats, $7
    FROM unnest($2, $3, $4, $5, $6) WITH ORDINALITY AS t (message_id, lane_id, subscription_id, destination_id, repeats, place)
    CROSS JOIN (SELECT coalesce($1, clock_timestamp()) AS now) n
    ORDER BY t.place
    RETURNING id, lane_id, due_at, repeats
), woken AS (
    INSERT INTO {schema}.wake (lane_id, due_at) SELECT lane_id, min(due_at) FROM added GROUP BY lane_id
), latest AS (
    SELECT repeats, max(id) AS id FROM added WHERE repeats IS NOT NULL GROUP BY repeats
), noted AS (
    UPDATE {schema}.delivery d SET repeated_as = latest.id FROM latest WHERE d.id = latest.repeats
), noted_ended AS (
    UPDATE {schema}.delivery_ended d SET repeated_as = latest.id FROM latest WHERE d.id = latest.repeats
)
SELECT id FROM added ORDER BY id
