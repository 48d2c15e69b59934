-- The store's time, read after the statements before it have their locks. $1 now
SELECT coalesce($1, clock_timestamp())
