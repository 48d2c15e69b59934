-- Takes the next number of a change. The one row stays locked until the commit, so changes commit in the order of their numbers, and who has seen a number
-- has seen all before it
UPDATE {schema}.subscription_change SET number = number + 1
