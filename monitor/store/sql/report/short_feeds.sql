-- What looks cut short and is held back.
SELECT return_code, period_start, measure, found, usual FROM short_feed WHERE released_at IS NULL ORDER BY ALL
