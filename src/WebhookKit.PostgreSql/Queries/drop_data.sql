-- Drops the data of messages that this transaction has locked, unless one waits again by now. $1 messages
UPDATE {schema}.message m SET data = NULL
WHERE m.id = ANY ($1) AND NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.message_id = m.id)
RETURNING m.id
