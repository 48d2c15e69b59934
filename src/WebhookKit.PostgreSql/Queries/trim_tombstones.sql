-- Removes old tombstones, as far as the statement before has noted. $1 removed until
DELETE FROM {schema}.subscription s USING {schema}.subscription_change c WHERE s.removed_at <= $1 AND s.change <= c.trimmed
RETURNING s.id
