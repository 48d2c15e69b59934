-- The subscriptions that changed since, in the order in which they did. $1 the number of the last change seen
SELECT id, number, change, version, is_removed, settings, secrets FROM {schema}.subscription WHERE change > $1 ORDER BY change
