-- Removes keys that have expired. $1 now, $2 at the most
DELETE FROM {schema}.idempotency WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM {schema}.idempotency WHERE expires_at <= coalesce($1, statement_timestamp()) ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
