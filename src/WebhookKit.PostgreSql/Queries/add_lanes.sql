-- Makes the lanes that are missing, in id order. $1 ids, sorted
INSERT INTO {schema}.lane (id) SELECT unnest($1) ON CONFLICT DO NOTHING
