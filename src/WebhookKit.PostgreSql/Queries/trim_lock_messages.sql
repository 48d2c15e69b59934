-- Locks the messages of the deliveries that ended first, as far as nobody else is at them: what somebody is redelivering is left for another time.
-- $1 ended until, $2 at the most
SELECT id FROM {schema}.message
WHERE id IN (SELECT message_id FROM {schema}.delivery_ended WHERE ended_at <= $1 ORDER BY ended_at, id LIMIT $2)
ORDER BY id FOR UPDATE SKIP LOCKED
