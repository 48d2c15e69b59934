-- Of messages, those without a delivery. $1 messages
SELECT m.id FROM unnest($1) AS m (id)
WHERE NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.message_id = m.id)
