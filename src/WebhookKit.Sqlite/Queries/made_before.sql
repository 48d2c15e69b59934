-- An id of a delivery that was made before ?1, as were all with lower ids; null if none is known. What ended before was made before, and of those that ended
-- last the newest is nearly always the newest of all.
SELECT max(id) FROM (SELECT id FROM delivery_ended WHERE ended < ?1 ORDER BY ended DESC LIMIT 1000)
