-- What waits, those still to be made of targets among them; what is due; and since when the first is. $1 now
SELECT count(*) + (SELECT coalesce(sum(count - position), 0)::bigint FROM {schema}.fan_out),
    count(*) FILTER (WHERE due_at <= coalesce($1, statement_timestamp())), min(due_at), coalesce($1, statement_timestamp())
FROM {schema}.delivery
