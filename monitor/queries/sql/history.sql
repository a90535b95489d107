-- name: history_row
-- What is said of one organisation's return and period: one row, or one a request.
SELECT request_id, status, cause, due_on, received_at, evidence
FROM return_status_row
WHERE organisation_code = $organisation_code AND return_code = $return_code AND period_start = $period_start
ORDER BY request_id

-- name: loads_about
-- The loads that may have moved the answer for a return: one row an instant, with the files that came then. A submission
-- log without a row of the return cannot have.
SELECT loaded_at, list(file_name ORDER BY file_id) AS files
FROM data.loaded_file AS f
WHERE state = 'loaded'
  AND (f.format IS DISTINCT FROM 'submission log'
       OR EXISTS (SELECT 1 FROM data.submission_row AS s WHERE s.file_id = f.file_id AND s.return_code = $return_code))
GROUP BY loaded_at
ORDER BY loaded_at

-- name: due_days
-- The due dates of an organisation's return, of this period and of the others that its cause may rest on.
SELECT DISTINCT due_on
FROM return_status_row
WHERE organisation_code = $organisation_code AND return_code = $return_code AND due_on >= $period_start
