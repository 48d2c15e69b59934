-- Takes wake rows that are committed and that nobody else takes. $1 at the most
WITH taken AS (
    DELETE FROM {schema}.wake WHERE id IN (SELECT id FROM {schema}.wake ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id, lane_id, due_at
)
SELECT lane_id, min(due_at), count(*), min(id) FROM taken GROUP BY lane_id ORDER BY lane_id
