-- Every missed return; the longest overdue first, of those so many as a sheet has room for.
SELECT @columns
FROM missed_return
ORDER BY due_on, return_title, period_start, organisation_code, request_id
LIMIT $most
