-- Whether there is more to erase of a tenant. Orders, and not EXISTS, so that the server does not look for the last ones by reading whole tables.
-- $1 tenant, $2 its scope
SELECT (SELECT id FROM {schema}.message WHERE tenant >= $1 AND tenant <= $1 ORDER BY tenant, seq LIMIT 1) IS NOT NULL
    OR (SELECT key FROM {schema}.idempotency WHERE scope >= $2 AND scope <= $2 ORDER BY scope, key LIMIT 1) IS NOT NULL
