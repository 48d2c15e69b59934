-- Leases the lanes that are due, those longest due first, each with a random token. Those that somebody else is leasing at this moment are skipped.
-- $1 now, $2 lanes at the most, $3 worker, $4 lease in microseconds
WITH due AS MATERIALIZED (
    SELECT id, visible_at, turn, token FROM {schema}.lane
    WHERE visible_at <= coalesce($1, statement_timestamp()) AND visible_at < 'infinity'
    ORDER BY visible_at, turn LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE {schema}.lane l SET
    token = gen_random_uuid(), turn = nextval('{schema}.wake_id'), worker = $3, woken = false,
    lease_until = coalesce($1, clock_timestamp()) + $4 * interval '1 microsecond',
    visible_at = greatest(coalesce($1, clock_timestamp()) + $4 * interval '1 microsecond', l.order_until),
    suspect_expiries = CASE WHEN due.token IS NOT NULL AND l.suspect IS NOT NULL THEN l.suspect_expiries + 1 ELSE l.suspect_expiries END
FROM due WHERE l.id = due.id
RETURNING l.id, l.token, due.token IS NOT NULL, due.visible_at, l.suspect, l.suspect_expiries, l.concurrency, due.turn
