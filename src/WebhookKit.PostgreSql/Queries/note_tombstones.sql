-- Notes up to which change tombstones are about to be removed, and so locks out changes until the commit: they lock this row first too.
-- $1 removed until, $2 at the most
UPDATE {schema}.subscription_change c SET trimmed = greatest(c.trimmed, t.last)
FROM (
    SELECT max(change) AS last FROM (SELECT change FROM {schema}.subscription WHERE removed_at <= $1 ORDER BY change LIMIT $2) old
) t
WHERE t.last IS NOT NULL
