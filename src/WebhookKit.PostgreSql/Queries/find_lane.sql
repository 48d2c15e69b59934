-- One lane, which may have no record yet while something waits in it. $1 now, $2 lane
SELECT coalesce($1, statement_timestamp()), l.token, l.worker, l.lease_until, greatest(l.hold_until, l.order_until),
    (SELECT count(*) FROM {schema}.delivery WHERE lane_id = $2),
    (SELECT id FROM {schema}.delivery WHERE lane_id = $2 ORDER BY due_at, id LIMIT 1)
FROM (SELECT 1) one LEFT JOIN {schema}.lane l ON l.id = $2
