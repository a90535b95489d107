-- By return and period: how many of each outcome. is_due: somebody's due date is past.
SELECT return_code, slot_start, any_value(slot_label) AS label, count(*) AS expected,
       count(*) FILTER (outcome = 'received') AS received,
       count(*) FILTER (outcome = 'received_late') AS received_late,
       count(*) FILTER (outcome = 'not_received') AS not_received,
       count(*) FILTER (outcome = 'rejected') AS rejected,
       count(*) FILTER (outcome = 'not_known') AS not_known,
       count(*) FILTER (outcome = 'other') AS other,
       min(due_on) AS due_first, max(due_on) AS due_last, min(due_basis) AS due_basis,
       bool_or(in_action_period) AS in_action_period, coalesce(min(due_on) < $as_of, FALSE) AS is_due
FROM report_row GROUP BY return_code, slot_start ORDER BY return_code, slot_start
