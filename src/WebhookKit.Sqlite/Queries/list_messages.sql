-- Messages with numbers from ?2 up to, but not including, ?1, those accepted last first. The range bounds what one read transaction can come to.
-- /*driver*/ is replaced by what an index can find: a tenant, given as ?3.
SELECT
    id, public_id, tenant, event_type, timestamp, trace_parent, attributes, is_addressed, no, accepted, targets, data_length, idempotency_key, key_expires
FROM message
WHERE no < ?1 AND no >= ?2 /*driver*/
    AND (?4 IS NULL OR event_type = ?4)
    AND (?5 IS NULL OR accepted >= ?5)
    AND (?6 IS NULL OR accepted < ?6)
    AND (?7 IS NULL OR NOT EXISTS (
        SELECT 1 FROM json_each(?7) w
        WHERE NOT EXISTS (SELECT 1 FROM json_each(message.attributes) a WHERE a.key = w.key AND a.value = w.value)))
ORDER BY no DESC
LIMIT ?8
