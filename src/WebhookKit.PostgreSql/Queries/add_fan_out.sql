-- Leaves the rest of a large fan-out to be expanded in chunks. If another call took the message meanwhile, this one starts anew.
-- $1 message, $2 how many were taken, $3 how many there are, $4 all of them, $5 destinations
INSERT INTO {schema}.fan_out (message_id, position, count, targets, destinations) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
