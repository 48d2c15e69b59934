-- Locks the first messages of a tenant, after whoever is at them. A range and an order by tenant have the server take the index of tenants, also where the
-- tenant's messages are all at the end of the table or nearly gone. $1 tenant, $2 at the most
SELECT id FROM {schema}.message
WHERE id = ANY (ARRAY(SELECT id FROM {schema}.message WHERE tenant >= $1 AND tenant <= $1 ORDER BY tenant, seq LIMIT $2)) ORDER BY id FOR UPDATE
