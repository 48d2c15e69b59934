-- Locks messages that went nowhere and are old. $1 accepted until, $2 at the most
SELECT m.id FROM {schema}.message m
WHERE m.targets = 0 AND m.accepted_at <= $1
    AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.message_id = m.id)
ORDER BY m.accepted_at LIMIT $2 FOR UPDATE SKIP LOCKED
