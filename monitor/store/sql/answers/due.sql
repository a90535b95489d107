-- What falls due within so many days: one row a return, period and due date, with how many are still outstanding.
SELECT due_on, return_code, return_title, period_label, due_basis,
       count(*) AS organisations,
       count(*) FILTER (status IN ('received', 'received_late')) AS received,
       count(*) FILTER (status NOT IN ('received', 'received_late')) AS outstanding
FROM @table
WHERE due_on BETWEEN $as_of AND $as_of + $days AND status <> 'not_required'
GROUP BY due_on, return_code, return_title, period_label, due_basis
ORDER BY due_on, return_code, period_label
