-- Removes those messages of which nothing is known any more; this transaction has locked them, and this statement sees what committed before. $1 messages
DELETE FROM {schema}.message m WHERE m.id = ANY ($1)
    AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE f.message_id = m.id)
RETURNING m.id
