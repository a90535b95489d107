SELECT measure, found, usual, periods_compared, released_at, released_by, released_because
FROM short_feed
WHERE return_code = $return_code AND period_start = $period_start
ORDER BY measure
