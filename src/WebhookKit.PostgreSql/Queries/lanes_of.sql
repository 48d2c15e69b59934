-- The lanes of waiting deliveries, without a lock. $1 deliveries
SELECT id, token, suspect, order_delivery FROM {schema}.lane WHERE id IN (SELECT lane_id FROM {schema}.delivery WHERE id = ANY ($1))
