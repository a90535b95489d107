-- The answer, one row an expected return, for those that the settings ask to report on.

CREATE OR REPLACE TEMP TABLE return_status_row AS
WITH
evidence_file AS (
    SELECT expected_id, file_id, row_number, record_count FROM deciding_submission
    UNION ALL
    SELECT v.expected_id, v.file_id, v.row_number, v.record_count
    FROM current_evidence AS v
    LEFT JOIN deciding_submission AS d USING (expected_id)
    WHERE d.expected_id IS NULL
),
evidence AS (
    SELECT v.expected_id, v.record_count, f.file_name || ' row ' || v.row_number AS evidence
    FROM evidence_file AS v JOIN data.loaded_file AS f USING (file_id)
),
in_action AS (
    SELECT DISTINCT e.due_on
    FROM (SELECT DISTINCT due_on FROM expected_return) AS e
    JOIN collective_action AS a ON e.due_on >= a.start_on AND coalesce(e.due_on <= a.end_on, TRUE)
)
SELECT e.expected_id, e.organisation_code, e.organisation_name, e.organisation_kind, e.contract_type,
       e.icb_code, e.sub_icb_code, e.pcn_code, e.supplier,
       e.return_code, r.return_title, e.period_start, e.period_end, e.period_label,
       nullif(e.request_id, '') AS request_id, e.due_on, e.original_due_on, e.due_basis,
       j.status,
       CASE WHEN j.status IN ('not_required', 'not_known') THEN j.first_cause ELSE c.cause END AS cause,
       j.received_at,
       CASE WHEN j.status = 'received_late' THEN j.received_on - e.due_on END AS days_late,
       CASE WHEN j.status IN ('not_received', 'rejected', 'not_known', 'in_grace') THEN q.as_of - e.due_on END AS days_overdue,
       coalesce(j.attempts, 0) AS attempts,
       v.record_count, v.evidence,
       a.due_on IS NOT NULL AS in_action_period,
       r.gms_reference, r.pms_reference
FROM expected_return AS e
JOIN mandatory_return AS r USING (return_code)
JOIN status_judged AS j USING (expected_id)
LEFT JOIN cause AS c USING (expected_id)
LEFT JOIN evidence AS v USING (expected_id)
LEFT JOIN in_action AS a ON a.due_on = e.due_on
CROSS JOIN question AS q
WHERE NOT EXISTS (SELECT 1 FROM reported_icb) OR e.icb_code IN (SELECT icb_code FROM reported_icb);

-- Which supplier or area each explained gap is counted with: what one finding stands for.
CREATE OR REPLACE TEMP TABLE gap_membership AS
SELECT c.expected_id, w.return_code, w.period_start, w.period_end, 'supplier_gap' AS gap_kind,
       w.supplier_key AS gap_key, n.supplier_name AS gap_name, c.cause
FROM cause AS c
JOIN within_supplier_gap AS w USING (expected_id)
LEFT JOIN data.supplier_name AS n USING (supplier_key)
WHERE c.cause = 'supplier_wide'
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'supplier_gap', i.supplier_key,
       coalesce(n.supplier_name, i.supplier_key), c.cause
FROM cause AS c
JOIN incident AS i USING (expected_id)
JOIN expected_return AS e USING (expected_id)
LEFT JOIN data.supplier_name AS n USING (supplier_key)
WHERE c.cause = 'known_incident' AND i.supplier_key IS NOT NULL
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'area_gap', i.area_code, i.area_code, c.cause
FROM cause AS c
JOIN incident AS i USING (expected_id)
JOIN expected_return AS e USING (expected_id)
WHERE c.cause = 'known_incident' AND i.supplier_key IS NULL AND i.area_code IS NOT NULL
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'area_gap', e.sub_icb_code, e.sub_icb_code, c.cause
FROM cause AS c
JOIN expected_return AS e USING (expected_id)
WHERE c.cause = 'area_wide';
