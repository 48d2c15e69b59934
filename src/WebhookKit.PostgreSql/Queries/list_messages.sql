-- Messages, those accepted last first, without their data. {filters} is put together from what was asked for; $1 at the most, $2 before this number, $3 now
SELECT m.id, m.public_id, m.tenant, m.event_type, m.occurred_at, m.trace_parent, m.attributes::text, m.is_addressed, m.accepted_at, m.targets,
    CASE WHEN m.data IS NOT NULL THEN m.data_length END, k.key, m.seq
FROM {schema}.message m
LEFT JOIN {schema}.idempotency k ON k.scope = coalesce(':' || m.tenant, '') AND k.key = m.idempotency_key AND k.message_id = m.id
    AND k.expires_at > coalesce($3, statement_timestamp())
WHERE m.seq < $2 {filters}
ORDER BY m.seq DESC LIMIT $1
