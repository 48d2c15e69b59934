-- Removes wake rows that this transaction has locked, and their lanes too. $1 ids
DELETE FROM {schema}.wake WHERE id = ANY ($1)
