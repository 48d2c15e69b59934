-- The attempts of the deliveries that count_deliveries counts, by outcome, with the time they took.
SELECT a.outcome, count(*), sum(a.duration)
FROM (
    SELECT id, message, target, is_destination, enqueued FROM delivery WHERE id < ?1 AND id >= ?2
    UNION ALL
    SELECT id, message, target, is_destination, enqueued FROM delivery_ended WHERE id < ?1 AND id >= ?2
) d
CROSS JOIN message m ON m.no = d.message
CROSS JOIN attempt a ON a.delivery = d.id
WHERE (?3 = 1 OR m.tenant IS ?4)
    AND (?5 IS NULL OR m.event_type = ?5)
    AND (?6 IS NULL OR coalesce(d.enqueued, m.accepted) >= ?6)
    AND (?7 IS NULL OR coalesce(d.enqueued, m.accepted) < ?7)
    AND (?8 IS NULL OR (d.target = ?8 AND d.is_destination = 0))
GROUP BY a.outcome
