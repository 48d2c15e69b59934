-- Locks the fan-outs of messages, so that no target becomes a delivery unseen. $1 messages by the ids that receivers see, $2 bytes of a target
SELECT message_id, substring(targets FROM position * $2 + 1) FROM {schema}.fan_out
WHERE message_id = ANY (ARRAY(SELECT id FROM {schema}.message WHERE public_id = ANY ($1))) ORDER BY message_id FOR UPDATE
