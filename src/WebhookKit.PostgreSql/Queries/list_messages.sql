-- Messages, those accepted last first, without their data; conditions are put together from what was asked for. The key is looked up for each that is listed.
-- $1 at the most, $2 before this number, $3 now
SELECT m.id, m.public_id, m.tenant, m.event_type, m.occurred_at, m.trace_parent, m.attributes::text, m.is_addressed, m.accepted_at, m.targets,
    CASE WHEN m.has_data THEN m.data_length END,
    (SELECT k.key FROM {schema}.idempotency k WHERE k.scope = coalesce(':' || m.tenant, '') AND k.key = m.idempotency_key AND k.message_id = m.id
        AND k.expires_at > coalesce($3, statement_timestamp())),
    m.seq
FROM (
    SELECT m.*, m.data IS NOT NULL AS has_data FROM {schema}.message m WHERE m.seq < $2 {filters} ORDER BY m.seq DESC LIMIT $1
) m
ORDER BY m.seq DESC
