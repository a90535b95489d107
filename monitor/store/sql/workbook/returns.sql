-- By return: how many expected returns have each status, and the latest period of which anything was received.
SELECT return_title,
       count(*) AS expected,
       count(*) FILTER (status = 'received') AS received,
       count(*) FILTER (status = 'received_late') AS received_late,
       count(*) FILTER (status = 'not_received') AS not_received,
       count(*) FILTER (status = 'rejected') AS rejected,
       count(*) FILTER (status = 'not_known') AS not_known,
       count(*) FILTER (status IN ('not_due', 'in_grace')) AS not_yet_due,
       count(*) FILTER (status IN ('no_due_date', 'no_event')) AS no_date_or_event,
       count(*) FILTER (status = 'not_required') AS not_required,
       max(period_start) FILTER (status IN ('received', 'received_late')) AS latest_period_received_from
FROM return_status
GROUP BY return_code, return_title
ORDER BY return_title, return_code
