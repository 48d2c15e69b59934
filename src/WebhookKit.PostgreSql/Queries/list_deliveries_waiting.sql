-- Waiting deliveries, newest first. {filters} is put together from what was asked for; $1 at the most, $2 before this id
SELECT d.id, m.public_id, m.tenant, m.event_type, d.subscription_id, d.destination_id, t.settings, t.secrets, d.repeats, d.repeated_as, 0::smallint,
    NULL::smallint, d.attempts_made, d.enqueued_at, d.due_at, NULL::timestamptz, d.last_outcome, d.last_status
FROM {schema}.delivery d
JOIN {schema}.message m ON m.id = d.message_id
LEFT JOIN {schema}.destination t ON t.id = d.destination_id
WHERE d.id < $2 {filters}
ORDER BY d.id DESC LIMIT $1
