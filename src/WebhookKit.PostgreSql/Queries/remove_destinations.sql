-- Removes those destinations that nothing refers to; this transaction has locked them, and this statement sees what committed before. $1 ids
DELETE FROM {schema}.destination t WHERE t.id = ANY ($1)
    AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE t.id = ANY (f.destinations))
