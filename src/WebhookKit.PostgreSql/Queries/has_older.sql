-- Whether there is more to trim. Orders, and not EXISTS, so that the server does not look for the last ones by reading whole tables.
-- $1 log until, $2 data until
SELECT coalesce((SELECT min(ended_at) FROM {schema}.delivery_ended) <= $1, false)
    OR (SELECT m.id FROM {schema}.message m WHERE m.targets = 0 AND m.accepted_at <= $1
        AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
        AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.message_id = m.id) ORDER BY m.accepted_at LIMIT 1) IS NOT NULL
    OR (SELECT m.id FROM {schema}.message m WHERE m.data IS NOT NULL AND m.accepted_at <= $2
        AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
        AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE f.message_id = m.id) ORDER BY m.accepted_at LIMIT 1) IS NOT NULL
