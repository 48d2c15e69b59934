-- Locks messages that are old, have their data, and wait for nothing. $1 accepted until, $2 at the most
SELECT m.id FROM {schema}.message m
WHERE m.data IS NOT NULL AND m.accepted_at <= $1
    AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE f.message_id = m.id)
ORDER BY m.accepted_at LIMIT $2 FOR UPDATE SKIP LOCKED
