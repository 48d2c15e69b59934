-- Names the delivery that goes alone in each lane that was recovered; the count goes on if it is the same. $1 lanes, $2 deliveries
UPDATE {schema}.lane l SET
    suspect = t.delivery_id, suspect_expiries = CASE WHEN l.suspect = t.delivery_id THEN l.suspect_expiries ELSE 0 END
FROM unnest($1, $2) AS t (lane_id, delivery_id) WHERE l.id = t.lane_id
