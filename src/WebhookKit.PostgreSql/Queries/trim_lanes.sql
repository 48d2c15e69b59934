-- Removes lanes that nobody holds and nothing waits in. One that is woken at this moment is made again by whoever wakes it. $1 now, $2 at the most
DELETE FROM {schema}.lane WHERE id IN (
    SELECT id FROM {schema}.lane
    WHERE visible_at = 'infinity' AND token IS NULL AND greatest(hold_until, order_until) <= coalesce($1, statement_timestamp())
    LIMIT $2 FOR UPDATE SKIP LOCKED)
