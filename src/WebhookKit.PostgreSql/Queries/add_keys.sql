-- Takes idempotency keys, in their order so that two calls do not wait for each other in a circle. A key that is known does not come back; the caller
-- then starts anew. One that has expired is taken over.
-- $1 now, $2 scopes, $3 keys, $4 hashes, $5 message ids, $6 public ids, $7 targets, $8 lifetimes in microseconds
INSERT INTO {schema}.idempotency AS k (scope, key, content_hash, message_id, public_id, targets, expires_at)
SELECT t.scope, t.key, t.content_hash, t.message_id, t.public_id, t.targets,
    coalesce($1, statement_timestamp()) + t.lifetime * interval '1 microsecond'
FROM unnest($2, $3, $4, $5, $6, $7, $8) AS t (scope, key, content_hash, message_id, public_id, targets, lifetime)
ORDER BY t.scope, t.key
ON CONFLICT (scope, key) DO UPDATE SET
    content_hash = excluded.content_hash, message_id = excluded.message_id, public_id = excluded.public_id, targets = excluded.targets,
    expires_at = excluded.expires_at
WHERE k.expires_at <= coalesce($1, statement_timestamp())
RETURNING k.key
