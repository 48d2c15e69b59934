-- Ends the holds of lanes that the statement before has locked. $1 now, $2 ids
UPDATE {schema}.lane l SET
    hold_until = '-infinity', woken = true, turn = CASE WHEN l.token IS NOT NULL THEN l.turn ELSE nextval('{schema}.wake_id') END,
    visible_at = CASE WHEN l.token IS NOT NULL THEN l.visible_at ELSE greatest(coalesce($1, clock_timestamp()), l.order_until,
        coalesce((SELECT min(d.due_at) FROM {schema}.delivery d WHERE d.lane_id = l.id), 'infinity')) END
WHERE l.id = ANY ($2)
