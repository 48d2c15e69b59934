-- Locks in id order the lanes whose word counts for settlements: those that are named, and those of deliveries that somebody else holds or nobody, or that
-- suspect a delivery or wait for one. One statement, so that the order holds for all of them. $1 named lanes, $2 deliveries, $3 held lanes, $4 their tokens
SELECT l.id, l.token, l.suspect, l.suspect_expiries, l.order_delivery, l.order_until FROM {schema}.lane l
WHERE l.id = ANY ($1 || ARRAY(SELECT d.lane_id FROM {schema}.delivery d WHERE d.id = ANY ($2)))
    AND (l.id = ANY ($1) OR l.suspect IS NOT NULL OR l.order_delivery IS NOT NULL
        OR NOT EXISTS (SELECT FROM unnest($3, $4) AS t (id, token) WHERE t.id = l.id AND t.token = l.token))
ORDER BY l.id FOR NO KEY UPDATE OF l
