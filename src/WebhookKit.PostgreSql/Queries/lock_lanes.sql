-- Locks lanes in id order: everybody who waits for several does, so nobody waits in a circle. $1 ids
SELECT id, token, suspect, suspect_expiries, order_delivery, order_until FROM {schema}.lane WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
