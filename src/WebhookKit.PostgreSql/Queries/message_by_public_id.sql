-- A message by the id that receivers see, the latest if there are several. $1 the id
SELECT id FROM {schema}.message WHERE public_id = $1 ORDER BY seq DESC LIMIT 1
