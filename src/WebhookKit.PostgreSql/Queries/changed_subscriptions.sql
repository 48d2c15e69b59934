-- The number of the last change and its stamp, and the subscriptions that changed since one that was seen: all that there are if nothing was seen, if
-- tombstones or stamps from since then are no more, or if the change that was seen is not one of this database's any more, as after a failover or a restore.
-- One statement, so that number and rows are of one moment. $1 the number of the last change seen, -1 for none, $2 its stamp
SELECT c.number, c.is_anew, s.id, s.number, s.version, s.removed_at IS NOT NULL, s.settings, s.secrets, c.stamp
FROM (
    SELECT number, $1 < trimmed OR $1 < 0 OR $1 > number OR stamps[number - $1 + 1] IS DISTINCT FROM $2 AS is_anew, stamps[1] AS stamp
    FROM {schema}.subscription_change WHERE is_single) c
LEFT JOIN {schema}.subscription s ON s.change > CASE WHEN c.is_anew THEN 0 ELSE $1 END AND NOT (c.is_anew AND s.removed_at IS NOT NULL)
ORDER BY s.number
