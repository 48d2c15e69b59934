-- Attempts of deliveries by how they ended, and how long they took. {waiting} and {ended} are what was asked for
SELECT a.outcome, count(*), sum(a.duration) FROM {schema}.attempt a
WHERE a.delivery_id IN (
    SELECT d.id FROM {schema}.delivery d JOIN {schema}.message m ON m.id = d.message_id WHERE true {waiting}
    UNION ALL SELECT d.id FROM {schema}.delivery_ended d WHERE true {ended})
GROUP BY a.outcome
