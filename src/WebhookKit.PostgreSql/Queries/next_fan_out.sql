-- Takes the next chunk of any fan-out that nobody else is at: where a process died between accepting and expanding, another goes on.
-- $1 length of a chunk, $2 bytes of a target
SELECT message_id, position, count, substring(targets FROM position * $2 + 1 FOR $1 * $2)
FROM {schema}.fan_out ORDER BY message_id LIMIT 1 FOR UPDATE SKIP LOCKED
