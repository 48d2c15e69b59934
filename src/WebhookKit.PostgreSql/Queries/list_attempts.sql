-- The attempts of a delivery that is known, oldest first. $1 delivery
SELECT id, delivery_id, started_at, duration, number, status_code, cause, outcome, response_body, detail FROM {schema}.attempt
WHERE delivery_id = $1 ORDER BY started_at, number, id
