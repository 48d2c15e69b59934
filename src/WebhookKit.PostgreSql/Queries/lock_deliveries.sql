-- Locks waiting deliveries in id order: everybody who waits for several does. $1 ids
SELECT id, lane_id, attempts_made, due_at, cause, last_attempt_at FROM {schema}.delivery WHERE id = ANY ($1) ORDER BY id FOR UPDATE
