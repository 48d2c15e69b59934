-- Sets back lanes that this transaction has leased and can give nothing of. $1 now, $2 ids, $3 how long in microseconds
UPDATE {schema}.lane l SET
    token = NULL, worker = NULL, lease_until = NULL, suspect = NULL, suspect_expiries = 0, turn = nextval('{schema}.wake_id'),
    hold_until = n.until, visible_at = greatest(n.until, l.order_until)
FROM (SELECT coalesce($1, clock_timestamp()) + $3 * interval '1 microsecond' AS until) n
WHERE l.id = ANY ($2)
