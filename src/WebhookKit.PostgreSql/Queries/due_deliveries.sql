-- The deliveries that are due in lanes, earliest first, with what is to be sent. A statement of its own after the lanes were leased: it sees what committed
-- meanwhile. Reading starts at a low-water mark, past the index entries of deliveries that have ended.
-- A delivery whose message is missing comes too, for somebody to say so. $1 now, $2 lanes, $3 how many of each, $4 low-water marks, $5 deliveries that are in flight
SELECT d.id, d.lane_id, d.due_at, d.enqueued_at, d.attempts_made, d.cause, d.subscription_id, d.destination_id, t.settings, t.secrets,
    m.id, m.public_id, m.tenant, m.event_type, m.occurred_at, m.trace_parent, m.attributes::text, m.is_addressed, m.data,
    coalesce($1, statement_timestamp()), m.targets
FROM unnest($2, $3, $4) AS u (lane_id, quota, low)
CROSS JOIN LATERAL (
    SELECT * FROM {schema}.delivery d
    WHERE d.lane_id = u.lane_id AND d.due_at >= u.low AND d.due_at <= coalesce($1, statement_timestamp()) AND d.id <> ALL ($5)
    ORDER BY d.due_at, d.id LIMIT u.quota
) d
LEFT JOIN {schema}.message m ON m.id = d.message_id
LEFT JOIN {schema}.destination t ON t.id = d.destination_id
ORDER BY d.lane_id, d.due_at, d.id
