-- Keeps destinations from being removed until this transaction has committed what refers to them. Such locks do not exclude each other, so a destination
-- that many publish to does not hold them up. One that was removed just now does not come back; the caller then starts anew. $1 ids
SELECT id FROM {schema}.destination WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE
