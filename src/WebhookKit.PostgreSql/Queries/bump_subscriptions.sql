-- Takes the next number of a change, with a random stamp. The one row stays locked until the commit, so changes commit in the order of their numbers, and
-- who has seen a number has seen all before it. Stamps are kept of so many changes that the row stays small
UPDATE {schema}.subscription_change SET number = number + 1, stamps = (hashtextextended(gen_random_uuid()::text, 0) || stamps)[1:100]
