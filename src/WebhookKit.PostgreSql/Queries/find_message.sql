-- One message with its data, by the id that receivers see. $1 now, $2 the id
SELECT m.id, m.public_id, m.tenant, m.event_type, m.occurred_at, m.trace_parent, m.attributes::text, m.is_addressed, m.accepted_at, m.targets,
    CASE WHEN m.data IS NOT NULL THEN m.data_length END, k.key, m.seq, m.data
FROM {schema}.message m
LEFT JOIN {schema}.idempotency k ON k.scope = coalesce(':' || m.tenant, '') AND k.key = m.idempotency_key AND k.message_id = m.id
    AND k.expires_at > coalesce($1, statement_timestamp())
WHERE m.public_id = $2
ORDER BY m.seq DESC LIMIT 1
