-- Locks destinations that may go, as far as no enqueue is about to refer to them. $1 ids
SELECT id FROM {schema}.destination WHERE id = ANY ($1) ORDER BY id FOR UPDATE SKIP LOCKED
