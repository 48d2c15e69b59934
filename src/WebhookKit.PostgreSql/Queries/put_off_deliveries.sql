-- Changes waiting deliveries, which this transaction has locked. Null of a last attempt leaves the last attempt as it was.
-- $1 ids, $2 due times, $3 causes, $4 attempts made, $5 times of the last attempts, $6 their outcomes, $7 their statuses
UPDATE {schema}.delivery d SET
    due_at = t.due_at, cause = t.cause, attempts_made = t.attempts_made,
    last_attempt_at = coalesce(t.last_attempt_at, d.last_attempt_at),
    last_outcome = CASE WHEN t.last_attempt_at IS NULL THEN d.last_outcome ELSE t.last_outcome END,
    last_status = CASE WHEN t.last_attempt_at IS NULL THEN d.last_status ELSE t.last_status END
FROM unnest($1, $2, $3, $4, $5, $6, $7) AS t (id, due_at, cause, attempts_made, last_attempt_at, last_outcome, last_status)
WHERE d.id = t.id
