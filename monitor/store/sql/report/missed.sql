-- Every return not received or rejected, by return and period.
SELECT return_code, slot_start, organisation_code, organisation_name, period_label, request_id, status, cause, due_on,
       days_overdue, supplier, icb_code, sub_icb_code, pcn_code, last_received_label
FROM report_row WHERE outcome IN ('not_received', 'rejected')
ORDER BY return_code, slot_start, organisation_code, period_start, request_id
