-- Says anew when lanes may be leased, after deliveries ended or moved; this transaction has locked them. A free lane keeps its turn unless nothing is due in
-- it any more, or it slept and need not; a held one is somebody else's when the lease and the hold that keeps order have ended. $1 now, $2 ids
UPDATE {schema}.lane l SET visible_at = n.visible_at, turn = nextval('{schema}.wake_id')
FROM (
    SELECT l.id, CASE
        WHEN l.token IS NOT NULL THEN greatest(l.lease_until, l.order_until)
        WHEN f.due > greatest(l.visible_at, t.now) OR (l.visible_at > t.now AND f.due < l.visible_at) THEN greatest(t.now, f.due)
        ELSE l.visible_at END AS visible_at
    FROM {schema}.lane l
    CROSS JOIN (SELECT coalesce($1, statement_timestamp()) AS now) t
    CROSS JOIN LATERAL (
        SELECT greatest(l.hold_until, l.order_until,
            coalesce((SELECT min(d.due_at) FROM {schema}.delivery d WHERE d.lane_id = l.id), 'infinity')) AS due) f
    WHERE l.id = ANY ($2)
) n
WHERE l.id = n.id AND l.visible_at <> n.visible_at
