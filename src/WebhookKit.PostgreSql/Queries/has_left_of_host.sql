-- Whether there is more to erase of the host's own tenant. $1 its scope
SELECT (SELECT id FROM {schema}.message WHERE tenant IS NULL ORDER BY tenant, seq LIMIT 1) IS NOT NULL
    OR (SELECT key FROM {schema}.idempotency WHERE scope >= $1 AND scope <= $1 ORDER BY scope, key LIMIT 1) IS NOT NULL
