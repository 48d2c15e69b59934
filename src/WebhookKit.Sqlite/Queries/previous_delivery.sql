-- The highest id below ?1; ranges without a delivery are skipped by it.
SELECT max(id) FROM (
    SELECT max(id) AS id FROM delivery WHERE id < ?1 /*waiting*/
    UNION ALL
    SELECT max(id) FROM delivery_ended WHERE id < ?1 /*ended*/
)
