-- Removes a subscription, and leaves a tombstone for the other nodes, without settings and secrets. $1 now, $2 id
UPDATE {schema}.subscription s SET change = c.number, removed_at = coalesce($1, clock_timestamp()), settings = '', secrets = ''
FROM {schema}.subscription_change c WHERE s.id = $2 AND s.removed_at IS NULL
RETURNING s.version
