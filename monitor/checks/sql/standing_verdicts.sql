-- name: rows_said
-- A number for each return that differs whenever anything in its rows of return_status_row does, but for the days that pass.
SELECT return_code, CAST(sum(CAST(hash(r) AS HUGEINT)) AS VARCHAR) AS said
FROM (SELECT * EXCLUDE (expected_id, days_overdue) FROM data.return_status_row) AS r
GROUP BY return_code

-- name: submissions_said
-- The same of what was sent for these returns: $codes.
SELECT return_code, CAST(sum(CAST(hash(s) AS HUGEINT)) AS VARCHAR) AS said
FROM (FROM data.submission_attempt UNION ALL BY NAME FROM data.published_evidence) AS s
WHERE list_contains($codes, return_code)
GROUP BY return_code
