-- The answer, one row an expected return, for those that the settings ask to report on: what differs from row to row.
-- The facts that many rows share stand beside it, and return_status_row.sql puts them together.

CREATE OR REPLACE TEMP VIEW status_kept AS
WITH
in_action AS (
    SELECT DISTINCT e.due_on
    FROM (SELECT DISTINCT due_on FROM status_judged) AS e
    JOIN collective_action AS a ON e.due_on >= a.start_on AND coalesce(e.due_on <= a.end_on, TRUE)
)
SELECT j.expected_id, j.period_id, j.span_id, nullif(j.request_id, '') AS request_id,
       j.due_on, j.original_due_on, j.due_basis, j.status,
       CASE WHEN j.status IN ('not_required', 'not_known') THEN j.first_cause ELSE c.cause END AS cause,
       j.received_at,
       CASE WHEN j.status = 'received_late' THEN j.received_on - j.due_on END AS days_late,
       CASE WHEN j.status IN ('not_received', 'rejected', 'not_known', 'in_grace') THEN q.as_of - j.due_on END AS days_overdue,
       j.attempts, j.record_count, j.evidence_file_id, j.evidence_row_number,
       a.due_on IS NOT NULL AS in_action_period
FROM status_judged AS j
LEFT JOIN cause AS c USING (expected_id)
LEFT JOIN in_action AS a ON a.due_on = j.due_on
CROSS JOIN question AS q
WHERE NOT EXISTS (SELECT 1 FROM reported_icb)
   OR j.span_id IN (SELECT span_id FROM organisation_fact JOIN reported_icb USING (icb_code));

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
