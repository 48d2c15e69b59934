-- Removes lanes that nobody holds and nothing is to be done in. One that a wake row names is made again by whoever takes that; who is at one has it locked.
-- $1 now, $2 at the most
DELETE FROM {schema}.lane WHERE id = ANY (ARRAY(
    SELECT id FROM {schema}.lane
    WHERE visible_at = 'infinity' AND token IS NULL AND greatest(hold_until, order_until) <= coalesce($1, statement_timestamp())
    LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING id
