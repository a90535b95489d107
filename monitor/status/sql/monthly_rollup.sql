-- How many of the returns that fell due in a month have which status, by return and ICB.
INSERT INTO data.monthly_rollup BY NAME
SELECT $month AS month, return_code, icb_code,
       count(*) FILTER (status <> 'not_required') AS required,
       count(*) FILTER (status = 'received') AS received,
       count(*) FILTER (status = 'received_late') AS received_late,
       count(*) FILTER (status = 'rejected') AS rejected,
       count(*) FILTER (status = 'not_received') AS not_received,
       count(*) FILTER (status = 'not_known') AS not_known,
       (SELECT as_of FROM data.check_run WHERE recorded ORDER BY rowid DESC LIMIT 1) AS as_of, $made_at AS made_at
FROM data.return_status_row
WHERE due_on >= $month AND due_on < $month + INTERVAL 1 MONTH
GROUP BY return_code, icb_code
