-- Every expected return, organisation by organisation.
SELECT organisation_code, return_code, return_title, period_kind, period_start, period_label, request_id, contract_type, due_on,
       original_due_on, due_basis, status, cause, received_at, days_late, days_overdue, attempts, supplier, evidence, last_received_label,
       gms_reference, pms_reference
FROM report_row ORDER BY organisation_code, return_code, period_start, request_id
