-- Locks the waiting ones of the deliveries that are repeated. $1 ids
SELECT id, message_id, lane_id, subscription_id, destination_id, 0::smallint, repeated_as FROM {schema}.delivery WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
