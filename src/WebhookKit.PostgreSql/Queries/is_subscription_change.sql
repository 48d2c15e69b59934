-- Whether a change of subscriptions is the last one, so that nothing has changed since it was seen. $1 its number, $2 its stamp
SELECT number = $1 AND stamps[1] IS NOT DISTINCT FROM $2 FROM {schema}.subscription_change WHERE is_single
