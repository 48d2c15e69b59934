-- Adds deliveries in the order of the call, and one wake row for each lane. No lane is touched: locking a hot lane here would have commits wait for each
-- other, and could deadlock with a transaction of the host's. Their time counts from when the message was accepted.
-- $1 message ids, $2 lanes, $3 subscriptions, $4 destinations, $5 delays in microseconds, $6 causes
WITH added AS (
    INSERT INTO {schema}.delivery (lane_id, message_id, subscription_id, destination_id, due_at, enqueued_at, cause)
    SELECT t.lane_id, t.message_id, t.subscription_id, t.destination_id, m.accepted_at + t.delay * interval '1 microsecond', m.accepted_at, t.cause
    FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS t (message_id, lane_id, subscription_id, destination_id, delay, cause, place)
    JOIN {schema}.message m ON m.id = t.message_id
    ORDER BY t.place
    RETURNING lane_id, due_at
)
INSERT INTO {schema}.wake (lane_id, due_at) SELECT lane_id, min(due_at) FROM added GROUP BY lane_id
