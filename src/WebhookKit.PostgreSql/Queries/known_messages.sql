-- What is known of messages by their ids. $1 the ids
SELECT id, public_id, targets FROM {schema}.message WHERE id = ANY ($1)
