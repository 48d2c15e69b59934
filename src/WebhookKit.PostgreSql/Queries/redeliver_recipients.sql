-- Which of these subscriptions have a delivery of these messages. $1 messages by the ids that receivers see, $2 subscriptions
SELECT message_id, subscription_id FROM {schema}.delivery
WHERE message_id = ANY (ARRAY(SELECT id FROM {schema}.message WHERE public_id = ANY ($1))) AND subscription_id = ANY ($2)
UNION
SELECT message_id, subscription_id FROM {schema}.delivery_ended
WHERE message_id = ANY (ARRAY(SELECT id FROM {schema}.message WHERE public_id = ANY ($1))) AND subscription_id = ANY ($2)
