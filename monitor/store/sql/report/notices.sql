-- Notices with the scope as organisations are compared: a supplier without case, spaces and legal suffixes.
SELECT notice_id, return_code, kind, period_start, scope, scope_value, new_due_on, from_on, to_on, reason, reference, file_name, row_number,
       CASE WHEN scope = 'supplier' THEN supplier_key(scope_value) ELSE upper(trim(scope_value)) END AS compared_value
FROM notice ORDER BY notice_id, file_name, row_number
