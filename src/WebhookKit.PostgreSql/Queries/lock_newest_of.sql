-- Locks the newest waiting deliveries of a message, in id order as everybody does who waits for several. $1 message, $2 at the most
SELECT id, lane_id FROM {schema}.delivery
WHERE id IN (SELECT id FROM {schema}.delivery WHERE message_id = $1 ORDER BY id DESC LIMIT $2)
ORDER BY id FOR UPDATE
