-- Stores messages in the order of the call. An id that another call took meanwhile does not come back; the caller then starts anew.
-- $1 now, $2 ids, $3 public ids, $4 tenants, $5 event types, $6 times, $7 traces, $8 attributes, $9 addressed, $10 data, $11 targets, $12 keys
INSERT INTO {schema}.message
    (id, public_id, tenant, event_type, occurred_at, trace_parent, attributes, is_addressed, data, data_length, targets, idempotency_key, accepted_at)
SELECT t.id, t.public_id, t.tenant, t.event_type, t.occurred_at, t.trace_parent, t.attributes::jsonb, t.is_addressed, t.data, octet_length(t.data),
    t.targets, t.key, coalesce($1, statement_timestamp())
FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
    AS t (id, public_id, tenant, event_type, occurred_at, trace_parent, attributes, is_addressed, data, targets, key, place)
ORDER BY t.place
ON CONFLICT (id) DO NOTHING
RETURNING id
