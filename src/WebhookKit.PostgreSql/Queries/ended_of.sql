-- Of deliveries, those that wait no more. $1 ids
SELECT t.id FROM unnest($1) AS t (id) WHERE NOT EXISTS (SELECT FROM {schema}.delivery d WHERE d.id = t.id)
