-- The due dates of an organisation's return, of this period and of the others that its cause may rest on.
SELECT DISTINCT due_on
FROM return_status_row
WHERE organisation_code = $organisation_code AND return_code = $return_code AND due_on >= $period_start
