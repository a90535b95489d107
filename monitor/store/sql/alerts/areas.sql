-- Where the organisations are for which each open finding, or due date ahead, stands.
SELECT c.finding_id AS matter_id, f.icb_code, f.sub_icb_code, f.pcn_code
FROM data.finding_current AS c
JOIN data.finding_member AS m USING (finding_key)
JOIN data.status_kept AS e USING (expected_id)
JOIN data.organisation_fact AS f USING (span_id)
WHERE c.resolved_at IS NULL
GROUP BY ALL
UNION ALL
SELECT due_soon_id(return_code, period_start, due_on), icb_code, sub_icb_code, pcn_code
FROM data.return_status_row
WHERE status = 'not_due' AND due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
GROUP BY ALL
