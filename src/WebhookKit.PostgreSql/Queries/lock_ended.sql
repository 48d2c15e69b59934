-- Locks ended deliveries in id order. $1 ids
SELECT id, lane_id, attempts_made, status, last_attempt_at FROM {schema}.delivery_ended WHERE id = ANY ($1) ORDER BY id FOR UPDATE
