-- Locks deliveries that nobody is settling at this moment, and tells of them. Who leases holds lanes already and must not wait for a delivery: who settles
-- locks deliveries first. $1 ids
SELECT d.id, d.lane_id, d.subscription_id, d.destination_id, d.attempts_made, m.public_id, m.tenant, m.event_type
FROM {schema}.delivery d JOIN {schema}.message m ON m.id = d.message_id
WHERE d.id = ANY ($1) FOR UPDATE OF d SKIP LOCKED
