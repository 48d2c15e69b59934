-- Locks wake rows that are committed and that nobody else takes, behind one that was seen. $1 at the most, $2 the row that was seen
SELECT id, lane_id, due_at FROM {schema}.wake WHERE id > $2 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
