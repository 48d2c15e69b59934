-- Takes the next chunk of one message's fan-out, after whoever is at it. $1 length of a chunk, $2 bytes of a target, $3 message
SELECT message_id, position, count, substring(targets FROM position * $2 + 1 FOR $1 * $2)
FROM {schema}.fan_out WHERE message_id = $3 FOR UPDATE
