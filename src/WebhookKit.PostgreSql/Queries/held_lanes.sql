-- Of lanes with tokens, those that are still held with them, and whether they may be given more: not while a delivery goes alone, nor while one holds the
-- lane. $1 now, $2 lanes, $3 tokens
SELECT l.id, l.token,
    l.order_until <= coalesce($1, statement_timestamp())
        AND (l.suspect IS NULL OR NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.id = l.suspect))
FROM unnest($2, $3) AS u (lane_id, token) JOIN {schema}.lane l ON l.id = u.lane_id AND l.token = u.token
