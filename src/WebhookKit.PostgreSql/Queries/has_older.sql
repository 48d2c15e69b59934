-- Whether there is more to trim. $1 log until, $2 data until
SELECT EXISTS (SELECT FROM {schema}.delivery_ended WHERE ended_at <= $1)
    OR EXISTS (SELECT FROM {schema}.message m WHERE m.targets = 0 AND m.accepted_at <= $1
        AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
        AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.message_id = m.id))
    OR EXISTS (SELECT FROM {schema}.message m WHERE m.data IS NOT NULL AND m.accepted_at <= $2
        AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
        AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE f.message_id = m.id))
