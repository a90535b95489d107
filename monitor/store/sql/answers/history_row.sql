-- What is said of one organisation's return and period: one row, or one a request.
SELECT request_id, status, cause, due_on, received_at, evidence
FROM return_status_row
WHERE organisation_code = $organisation_code AND return_code = $return_code AND period_start = $period_start
ORDER BY request_id
