-- Removes a subscription, and leaves a tombstone for the other nodes, without settings and secrets. $1 id
UPDATE {schema}.subscription s SET change = c.number, is_removed = true, settings = '', secrets = ''
FROM {schema}.subscription_change c WHERE s.id = $1 AND NOT s.is_removed
RETURNING s.version
