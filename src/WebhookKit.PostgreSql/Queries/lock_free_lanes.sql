-- Locks those lanes that nobody else has locked. $1 ids
SELECT id FROM {schema}.lane WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
