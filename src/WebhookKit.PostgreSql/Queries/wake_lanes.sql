-- Wakes lanes that this transaction has locked. A held one is left alone: its holder looks again when it releases. $1 ids, $2 due times
UPDATE {schema}.lane l SET visible_at = least(l.visible_at, greatest(l.hold_until, l.order_until, w.due_at))
FROM unnest($1, $2) AS w (id, due_at) WHERE l.id = w.id AND l.token IS NULL
