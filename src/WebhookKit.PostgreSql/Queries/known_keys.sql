-- What is known of idempotency keys that have not expired. $1 now, $2 scopes, $3 keys
SELECT k.scope, k.key, k.content_hash, k.public_id, k.targets
FROM unnest($2, $3) AS t (scope, key)
JOIN {schema}.idempotency k ON k.scope = t.scope AND k.key = t.key
WHERE k.expires_at > coalesce($1, statement_timestamp())
