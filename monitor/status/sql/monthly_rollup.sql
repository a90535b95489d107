-- How many of the returns that fell due in each month of a span have which status, by return and ICB. A month that was
-- counted is not counted again.
INSERT INTO data.monthly_rollup BY NAME
SELECT CAST(date_trunc('month', due_on) AS DATE) AS month, return_code, icb_code,
       count(*) FILTER (status <> 'not_required') AS required,
       count(*) FILTER (status = 'received') AS received,
       count(*) FILTER (status = 'received_late') AS received_late,
       count(*) FILTER (status = 'rejected') AS rejected,
       count(*) FILTER (status = 'not_received') AS not_received,
       count(*) FILTER (status = 'not_known') AS not_known,
       (SELECT as_of FROM data.check_run WHERE recorded ORDER BY rowid DESC LIMIT 1) AS as_of, $made_at AS made_at
FROM data.return_status_row
WHERE due_on >= $since AND due_on < $before
  AND CAST(date_trunc('month', due_on) AS DATE) NOT IN (SELECT month FROM data.monthly_rollup)
GROUP BY CAST(date_trunc('month', due_on) AS DATE), return_code, icb_code
