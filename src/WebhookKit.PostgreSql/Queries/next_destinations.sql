-- The next destinations in the order of their ids, and whether nothing refers to them, as an enqueue that was undone while they were about to be removed may
-- leave them. $1 after this id, $2 at the most
SELECT t.id,
    NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.delivery_ended d WHERE d.destination_id = t.id)
    AND NOT EXISTS (SELECT FROM {schema}.fan_out f WHERE t.id = ANY (f.destinations))
FROM (SELECT id FROM {schema}.destination WHERE id > $1 ORDER BY id LIMIT $2) t ORDER BY t.id
