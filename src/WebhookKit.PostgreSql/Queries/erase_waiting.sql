-- Removes waiting deliveries of messages that this transaction has locked, after whoever is settling them. $1 messages, $2 at the most
DELETE FROM {schema}.delivery WHERE id IN (
    SELECT id FROM {schema}.delivery WHERE message_id = ANY ($1) ORDER BY id LIMIT $2 FOR UPDATE)
RETURNING id, destination_id, lane_id
