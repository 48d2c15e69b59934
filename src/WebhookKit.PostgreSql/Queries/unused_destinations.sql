-- Locks destinations that nothing refers to, as an enqueue that was rolled back may leave them. $1 at the most
SELECT t.id FROM {schema}.destination t
WHERE NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE t.id = ANY (f.destinations))
LIMIT $1 FOR UPDATE SKIP LOCKED
