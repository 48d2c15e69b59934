-- Of lanes, those that have no record, in id order. $1 ids
SELECT u.id FROM unnest($1) AS u (id) WHERE NOT EXISTS (SELECT FROM {schema}.lane l WHERE l.id = u.id) ORDER BY u.id
