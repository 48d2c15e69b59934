-- Adds a subscription; a tombstone of the same id becomes a subscription again, with a number of its own. $1 id, $2 settings, $3 secrets
INSERT INTO {schema}.subscription AS s (id, change, version, settings, secrets)
SELECT $1, c.number, 1, $2, $3 FROM {schema}.subscription_change c
ON CONFLICT (id) DO UPDATE SET
    number = DEFAULT, change = excluded.change, version = 1, is_removed = false, settings = excluded.settings, secrets = excluded.secrets
WHERE s.is_removed
RETURNING version
