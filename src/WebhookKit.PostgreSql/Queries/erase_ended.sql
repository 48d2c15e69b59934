-- Removes ended deliveries of messages that this transaction has locked. $1 messages, $2 at the most
DELETE FROM {schema}.delivery_ended WHERE id IN (
    SELECT id FROM {schema}.delivery_ended WHERE message_id = ANY ($1) ORDER BY id LIMIT $2 FOR UPDATE)
RETURNING id, destination_id
