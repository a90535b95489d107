-- What the settings and returns as they are now would change in the answer of the last check, for the same day.
WITH
kept AS (
    SELECT organisation_code, return_code, period_start, request_id, status, due_on FROM data.return_status_row
),
now AS (
    SELECT organisation_code, return_code, period_start, request_id, status, due_on FROM return_status_row
),
both_of AS (
    SELECT coalesce(k.return_code, n.return_code) AS return_code, coalesce(k.period_start, n.period_start) AS period_start,
           coalesce(k.status, 'not expected') AS status_before, coalesce(n.status, 'not expected') AS status_now,
           CASE WHEN k.due_on IS DISTINCT FROM n.due_on AND k.status IS NOT NULL AND n.status IS NOT NULL THEN 1 ELSE 0 END
               AS is_due_otherwise
    FROM kept AS k
    FULL JOIN now AS n
        ON n.organisation_code = k.organisation_code AND n.return_code = k.return_code
        AND n.period_start = k.period_start AND n.request_id IS NOT DISTINCT FROM k.request_id
)
SELECT return_code, status_before, status_now, count(*) AS expected_returns, sum(is_due_otherwise) AS due_on_another_day,
       min(period_start) AS first_period, max(period_start) AS last_period
FROM both_of
WHERE status_before <> status_now OR is_due_otherwise = 1
GROUP BY return_code, status_before, status_now
ORDER BY return_code, status_before, status_now
