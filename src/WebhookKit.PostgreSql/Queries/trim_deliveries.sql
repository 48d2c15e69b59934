-- Removes deliveries that ended long ago, of messages that this transaction has locked. $1 ended until, $2 at the most, $3 messages
DELETE FROM {schema}.delivery_ended WHERE id IN (
    SELECT id FROM {schema}.delivery_ended WHERE ended_at <= $1 AND message_id = ANY ($3) ORDER BY ended_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING id, destination_id
