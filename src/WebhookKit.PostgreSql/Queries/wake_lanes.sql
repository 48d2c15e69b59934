-- Wakes lanes that this transaction has locked. A held one is left alone: its holder looks again when it releases. $1 ids, $2 due times, $3 turns
UPDATE {schema}.lane l SET visible_at = greatest(l.hold_until, l.order_until, w.due_at), turn = w.turn
FROM unnest($1, $2, $3) AS w (id, due_at, turn)
WHERE l.id = w.id AND l.token IS NULL AND greatest(l.hold_until, l.order_until, w.due_at) < l.visible_at
