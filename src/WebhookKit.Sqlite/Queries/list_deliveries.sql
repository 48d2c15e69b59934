-- Deliveries with ids from ?2 up to, but not including, ?1, newest first. The range bounds what one read transaction can come to, whatever the filters.
-- /*waiting*/ and /*ended*/ are replaced by what an index can find: a message or a target, given as ?3.
SELECT
    d.id, m.public_id, m.tenant, m.event_type, d.target, d.is_destination, x.settings, x.secrets, d.repeats, d.repeated_as, d.status, d.dead_reason,
    d.attempts, coalesce(d.enqueued, m.accepted), d.due, d.last_outcome, d.last_status
FROM (
    SELECT id, message, target, is_destination, attempts, due, enqueued, repeats, repeated_as, last_outcome, last_status, 0 AS status, NULL AS dead_reason
    FROM delivery
    WHERE id < ?1 AND id >= ?2 /*waiting*/
    UNION ALL
    SELECT id, message, target, is_destination, attempts, ended, enqueued, repeats, repeated_as, last_outcome, last_status, status, dead_reason
    FROM delivery_ended
    WHERE id < ?1 AND id >= ?2 /*ended*/
) d
CROSS JOIN message m ON m.no = d.message
LEFT JOIN destination x ON d.is_destination = 1 AND x.id = d.target
WHERE (?4 = 1 OR m.tenant IS ?5)
    AND (?6 IS NULL OR m.event_type = ?6)
    AND (?7 IS NULL OR d.status = ?7)
    AND (?8 IS NULL OR d.dead_reason = ?8)
    AND (?9 IS NULL OR d.last_outcome = ?9)
    AND (?10 IS NULL OR coalesce(d.enqueued, m.accepted) >= ?10)
    AND (?11 IS NULL OR coalesce(d.enqueued, m.accepted) < ?11)
    AND (?12 IS NULL OR (d.status > 0 AND d.due >= ?12))
    AND (?13 IS NULL OR (d.status > 0 AND d.due < ?13))
    AND (?14 IS NULL OR NOT EXISTS (
        SELECT 1 FROM json_each(?14) w
        WHERE NOT EXISTS (SELECT 1 FROM json_each(m.attributes) a WHERE a.key = w.key AND a.value = w.value)))
    AND (?15 IS NULL OR (d.target = ?15 AND d.is_destination = ?16))
ORDER BY d.id DESC
LIMIT ?17
