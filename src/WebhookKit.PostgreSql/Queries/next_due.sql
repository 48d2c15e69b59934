-- The store's time, and when the next lane is due that was not leased just now; also what a wake row announces that nobody has taken yet, or a fan-out.
-- $1 now, $2 lanes that were leased
SELECT coalesce($1, statement_timestamp()), least(
    (SELECT visible_at FROM {schema}.lane WHERE visible_at < 'infinity' AND id <> ALL ($2) ORDER BY visible_at LIMIT 1),
    (SELECT due_at FROM {schema}.wake ORDER BY id LIMIT 1),
    (SELECT coalesce($1, statement_timestamp()) FROM {schema}.fan_out LIMIT 1))
