-- Prolongs leases of lanes that this transaction has locked; two renewals may overtake each other on their way, and the longer lease stands.
-- $1 now, $2 lanes, $3 tokens, $4 leases in microseconds
UPDATE {schema}.lane l SET
    lease_until = greatest(l.lease_until, coalesce($1, clock_timestamp()) + t.lease * interval '1 microsecond'),
    visible_at = greatest(l.lease_until, coalesce($1, clock_timestamp()) + t.lease * interval '1 microsecond', l.order_until)
FROM unnest($2, $3, $4) AS t (id, token, lease) WHERE l.id = t.id AND l.token = t.token
RETURNING l.id, l.token
