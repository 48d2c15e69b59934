-- Deliveries by how they stand, and how long those that were delivered took, in microseconds. {waiting} and {ended} are what was asked for
SELECT 0::smallint, count(*), 0::numeric FROM {schema}.delivery d JOIN {schema}.message m ON m.id = d.message_id WHERE true {waiting}
UNION ALL
SELECT d.status, count(*), coalesce(sum(extract(epoch FROM d.ended_at - d.enqueued_at) * 1000000), 0)
FROM {schema}.delivery_ended d WHERE true {ended} GROUP BY d.status
