-- Changes ended deliveries, which this transaction has locked. A null status leaves the end as it was, a null time of an attempt the last attempt.
-- $1 now, $2 ids, $3 statuses, $4 attempts made, $5 times of the last attempts, $6 their outcomes, $7 their statuses
UPDATE {schema}.delivery_ended d SET
    status = coalesce(t.status, d.status),
    dead_reason = CASE WHEN t.status IS NULL THEN d.dead_reason END,
    ended_at = CASE WHEN t.status IS NULL THEN d.ended_at ELSE $1 END,
    attempts_made = t.attempts_made,
    last_attempt_at = coalesce(t.last_attempt_at, d.last_attempt_at),
    last_outcome = CASE WHEN t.last_attempt_at IS NULL THEN d.last_outcome ELSE t.last_outcome END,
    last_status = CASE WHEN t.last_attempt_at IS NULL THEN d.last_status ELSE t.last_status END
FROM unnest($2, $3, $4, $5, $6, $7) AS t (id, status, attempts_made, last_attempt_at, last_outcome, last_status)
WHERE d.id = t.id
