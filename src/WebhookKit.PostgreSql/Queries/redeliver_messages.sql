-- Locks the messages that redeliveries are of, in id order: two calls for the same message come one after the other, and it is not forgotten meanwhile.
-- $1 deliveries, $2 messages by the ids that receivers see
SELECT id, public_id, data IS NULL FROM {schema}.message
WHERE id = ANY (ARRAY(
    SELECT message_id FROM {schema}.delivery WHERE id = ANY ($1)
    UNION ALL SELECT message_id FROM {schema}.delivery_ended WHERE id = ANY ($1)
    UNION ALL SELECT id FROM {schema}.message WHERE public_id = ANY ($2)))
ORDER BY id FOR NO KEY UPDATE
