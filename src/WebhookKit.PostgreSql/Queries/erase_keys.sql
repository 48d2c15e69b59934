-- Removes keys of a tenant. $1 scope, $2 at the most
DELETE FROM {schema}.idempotency WHERE scope = $1 AND key IN (
    SELECT key FROM {schema}.idempotency WHERE scope = $1 ORDER BY key LIMIT $2 FOR UPDATE)
RETURNING key
