-- Logs attempts. $1 ids, $2 deliveries, $3 times, $4 durations, $5 numbers, $6 status codes, $7 causes, $8 outcomes, $9 answers, $10 bodies, $11 details
INSERT INTO {schema}.attempt (id, delivery_id, started_at, duration, number, status_code, cause, outcome, answer, response_body, detail)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO NOTHING
