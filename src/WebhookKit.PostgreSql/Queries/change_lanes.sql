-- Writes what settlements changed in lanes that this transaction has locked. $1 ids, $2 suspects, $3 their expiries, $4 deliveries that hold them, $5 until
UPDATE {schema}.lane l SET
    suspect = t.suspect, suspect_expiries = t.suspect_expiries, order_delivery = t.order_delivery, order_until = coalesce(t.order_until, '-infinity')
FROM unnest($1, $2, $3, $4, $5) AS t (id, suspect, suspect_expiries, order_delivery, order_until) WHERE l.id = t.id
