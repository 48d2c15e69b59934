-- Moves the cursor of a fan-out that this transaction has locked; the record goes with the last target. $1 message, $2 position
WITH done AS (DELETE FROM {schema}.fan_out WHERE message_id = $1 AND count <= $2)
UPDATE {schema}.fan_out SET position = $2 WHERE message_id = $1 AND count > $2
