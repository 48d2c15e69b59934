-- Deliveries have ended: their lanes, which this transaction has locked, neither suspect them nor wait for them. $1 lanes, $2 deliveries
UPDATE {schema}.lane SET
    suspect = CASE WHEN suspect = ANY ($2) THEN NULL ELSE suspect END,
    suspect_expiries = CASE WHEN suspect = ANY ($2) THEN 0 ELSE suspect_expiries END,
    order_until = CASE WHEN order_delivery = ANY ($2) THEN '-infinity' ELSE order_until END,
    order_delivery = CASE WHEN order_delivery = ANY ($2) THEN NULL ELSE order_delivery END
WHERE id = ANY ($1) AND (suspect = ANY ($2) OR order_delivery = ANY ($2))
