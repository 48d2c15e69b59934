-- Locks the ended ones of the deliveries that are repeated. A statement after that for the waiting ones: what ended meanwhile is found here. $1 ids
SELECT id, message_id, lane_id, subscription_id, destination_id, status, repeated_as FROM {schema}.delivery_ended WHERE id = ANY ($1)
ORDER BY id FOR NO KEY UPDATE
