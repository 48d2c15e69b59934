-- Locks the first messages of the host's own tenant, after whoever is at them. $1 at the most
SELECT id FROM {schema}.message
WHERE id IN (SELECT id FROM {schema}.message WHERE tenant IS NULL ORDER BY seq LIMIT $1) ORDER BY id FOR UPDATE
