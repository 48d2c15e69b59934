-- What settlements with these attempts were answered. $1 attempts
SELECT id, delivery_id, answer FROM {schema}.attempt WHERE id = ANY ($1)
