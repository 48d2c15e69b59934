-- Logs targets of a fan-out as deliveries that were cancelled before they came to be. $1 now, $2 message, $3 lanes, $4 subscriptions, $5 destinations, $6 causes
INSERT INTO {schema}.delivery_ended
    (id, lane_id, message_id, subscription_id, destination_id, tenant, event_type, enqueued_at, ended_at, attempts_made, cause, status)
SELECT nextval('{schema}.delivery_id'), t.lane_id, m.id, t.subscription_id, t.destination_id, m.tenant, m.event_type, m.accepted_at,
    coalesce($1, clock_timestamp()), 0, t.cause, 3
FROM unnest($3, $4, $5, $6) WITH ORDINALITY AS t (lane_id, subscription_id, destination_id, cause, place)
JOIN {schema}.message m ON m.id = $2
ORDER BY t.place
