-- Locks the first messages of a tenant, after whoever is at them. $1 tenant, $2 at the most
SELECT id FROM {schema}.message
WHERE id IN (SELECT id FROM {schema}.message WHERE tenant = $1 ORDER BY seq LIMIT $2) ORDER BY id FOR UPDATE
