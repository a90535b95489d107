-- The answer with all its facts: @schema.status_kept beside the periods and organisations that it points to.
CREATE OR REPLACE @temporary VIEW @schema.return_status_row AS
SELECT e.expected_id, f.organisation_code, f.organisation_name, f.organisation_kind, f.contract_type,
       f.icb_code, f.sub_icb_code, f.pcn_code, x.supplier,
       p.return_code, p.return_title, p.period_start, p.period_end, p.period_label, e.request_id,
       e.due_on, e.original_due_on, e.due_basis, e.status, e.cause, e.received_at, e.days_late, e.days_overdue,
       e.attempts, e.record_count, l.file_name || ' row ' || e.evidence_row_number AS evidence, e.in_action_period,
       p.gms_reference, p.pms_reference
FROM @schema.status_kept AS e
JOIN @schema.period_fact AS p USING (period_id)
JOIN @schema.organisation_fact AS f USING (span_id)
JOIN @schema.supplier_fact AS x ON x.span_id = e.span_id AND x.supplier_kind = p.supplier_kind
LEFT JOIN data.loaded_file AS l ON l.file_id = e.evidence_file_id
