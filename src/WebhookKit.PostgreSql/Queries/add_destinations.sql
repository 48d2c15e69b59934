-- Stores ad hoc destinations, each once. $1 ids, $2 settings, $3 secrets
INSERT INTO {schema}.destination (id, settings, secrets)
SELECT t.id, t.settings, t.secrets FROM unnest($1, $2, $3) AS t (id, settings, secrets) ORDER BY t.id
ON CONFLICT (id) DO NOTHING
