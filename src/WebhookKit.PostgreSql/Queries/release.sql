-- Frees lanes that the statement before has locked. A statement of its own, so that it sees what committed while that one waited: a wake row that was taken
-- while the lane was held did nothing, but what it announced is visible here; one that commits later finds the lane free. A lane stands behind those that
-- are due already, so that a backlog starves nobody. Answers with whether something is left in them.
-- $1 now, $2 lanes, $3 tokens, $4 holds in microseconds, $5 concurrencies
UPDATE {schema}.lane l SET
    token = NULL, worker = NULL, lease_until = NULL, suspect = NULL, suspect_expiries = 0, concurrency = t.concurrency, turn = nextval('{schema}.wake_id'),
    hold_until = h.until,
    visible_at = greatest(n.now, h.until, l.order_until, coalesce((SELECT min(d.due_at) FROM {schema}.delivery d WHERE d.lane_id = l.id), 'infinity'))
FROM unnest($2, $3, $4, $5) AS t (id, token, hold, concurrency)
JOIN {schema}.lane o ON o.id = t.id
CROSS JOIN (SELECT coalesce($1, clock_timestamp()) AS now) n
CROSS JOIN LATERAL (SELECT CASE WHEN o.woken THEN '-infinity' ELSE n.now + t.hold * interval '1 microsecond' END AS until) h
WHERE l.id = t.id AND l.token = t.token
RETURNING l.visible_at < 'infinity'
