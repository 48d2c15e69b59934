-- Replaces a subscription of this version. $1 id, $2 version, $3 settings, $4 secrets
UPDATE {schema}.subscription s SET change = c.number, version = s.version + 1, settings = $3, secrets = $4
FROM {schema}.subscription_change c WHERE s.id = $1 AND s.version = $2 AND NOT s.is_removed
RETURNING s.version
