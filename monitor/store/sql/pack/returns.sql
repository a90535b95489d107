-- Every expected return of one organisation that is reported on, with its status and where that is from.
SELECT e.expected_id, e.return_code, r.return_title, e.kind, e.supplier_kind, e.period_start, e.period_end, e.period_label,
       nullif(e.request_id, '') AS request_id, e.contract_type, e.supplier, r.gms_reference, r.pms_reference, r.guidance,
       s.due_on, s.original_due_on, s.due_basis, s.status, s.cause, s.days_late, s.days_overdue, s.attempts, s.record_count,
       j.received_on, j.is_source_loaded, j.evidence_file_id, j.evidence_row_number, s.evidence
FROM expected_return AS e
JOIN mandatory_return AS r USING (return_code)
JOIN status_judged AS j USING (expected_id)
JOIN return_status_row AS s USING (expected_id)
WHERE e.organisation_code = $organisation_code
ORDER BY r.return_title, e.period_start, e.request_id
