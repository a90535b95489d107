-- How many expected returns have each status.
SELECT status, count(*) AS expected_returns FROM return_status GROUP BY status
