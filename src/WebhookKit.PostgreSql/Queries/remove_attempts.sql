-- Removes the attempts of deliveries that are removed. $1 deliveries
DELETE FROM {schema}.attempt WHERE delivery_id = ANY ($1)
