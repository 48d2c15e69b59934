-- Frees lanes that this transaction has leased and found nothing in. $1 now, $2 ids
UPDATE {schema}.lane l SET
    token = NULL, worker = NULL, lease_until = NULL, suspect = NULL, suspect_expiries = 0, turn = nextval('{schema}.wake_id'),
    visible_at = greatest(coalesce($1, clock_timestamp()), l.hold_until, l.order_until,
        coalesce((SELECT min(d.due_at) FROM {schema}.delivery d WHERE d.lane_id = l.id), 'infinity'))
WHERE l.id = ANY ($2)
