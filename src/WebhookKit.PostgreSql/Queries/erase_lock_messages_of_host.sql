-- Locks the first messages of the host's own tenant, after whoever is at them. The order by tenant is for the index. $1 at the most
SELECT id FROM {schema}.message
WHERE id = ANY (ARRAY(SELECT id FROM {schema}.message WHERE tenant IS NULL ORDER BY tenant, seq LIMIT $1)) ORDER BY id FOR UPDATE
