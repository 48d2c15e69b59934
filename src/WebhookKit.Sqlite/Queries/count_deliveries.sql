-- Deliveries with ids from ?2 up to, but not including, ?1 by status, with the time it took to deliver those that were. The range keeps the sum in 64 bits.
SELECT d.status, count(*), sum(CASE d.status WHEN 1 THEN d.due - coalesce(d.enqueued, m.accepted) ELSE 0 END)
FROM (
    SELECT id, message, target, is_destination, due, enqueued, 0 AS status FROM delivery WHERE id < ?1 AND id >= ?2
    UNION ALL
    SELECT id, message, target, is_destination, ended, enqueued, status FROM delivery_ended WHERE id < ?1 AND id >= ?2
) d
CROSS JOIN message m ON m.no = d.message
WHERE (?3 = 1 OR m.tenant IS ?4)
    AND (?5 IS NULL OR m.event_type = ?5)
    AND (?6 IS NULL OR coalesce(d.enqueued, m.accepted) >= ?6)
    AND (?7 IS NULL OR coalesce(d.enqueued, m.accepted) < ?7)
    AND (?8 IS NULL OR (d.target = ?8 AND d.is_destination = 0))
GROUP BY d.status
