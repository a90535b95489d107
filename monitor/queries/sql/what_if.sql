-- name: all_due_days
-- Every day on which something of the question was due.
SELECT DISTINCT due_on
FROM return_status_row
WHERE due_on IS NOT NULL
