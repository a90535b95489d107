-- The full list behind a message: one row an expected return for which a finding in told_now stands. Findings about
-- sources, which stand for everybody who owes the return, have one row.
WITH
told AS (
    SELECT t.reason, c.*
    FROM told_now AS t JOIN data.finding_current AS c ON c.finding_id = t.matter_id
),
listed AS (
    SELECT t.finding_id, s.*
    FROM told AS t
    JOIN data.finding_member AS m USING (finding_key)
    JOIN data.return_status_row AS s USING (expected_id)
    WHERE t.resolved_at IS NULL AND t.kind IN ('missing_return', 'late_return', 'unexpected_row', 'supplier_gap', 'area_gap', 'low_volume')
),
attempt AS (
    SELECT s.organisation_code, s.return_code, s.period_start, max(s.submitted_on) AS last_attempt_on
    FROM data.submission_attempt AS s
    WHERE s.submitted_on <= $as_of
      AND (s.organisation_code, s.return_code, s.period_start) IN (
          SELECT (organisation_code, return_code, period_start) FROM listed WHERE attempts > 0
      )
    GROUP BY ALL
)
SELECT t.finding_id, t.reason AS told_as, t.kind, t.severity, t.return_code, r.return_title, t.period_start, t.period_end,
       coalesce(l.organisation_code, t.organisation_code) AS organisation_code, l.organisation_name, l.contract_type,
       l.icb_code, l.sub_icb_code, l.pcn_code, coalesce(l.supplier, t.supplier) AS supplier, t.area_code,
       coalesce(l.due_on, t.due_on) AS due_on,
       CASE WHEN t.resolved_at IS NULL THEN $as_of - coalesce(l.due_on, t.due_on) END AS days_overdue,
       l.status, coalesce(l.cause, t.cause) AS cause, a.last_attempt_on, l.evidence,
       CASE WHEN l.organisation_code IS NULL THEN t.organisations ELSE 1 END AS organisations,
       r.gms_reference, r.pms_reference
FROM told AS t
LEFT JOIN data.mandatory_return AS r USING (return_code)
LEFT JOIN listed AS l USING (finding_id)
LEFT JOIN attempt AS a
    ON a.organisation_code = l.organisation_code AND a.return_code = l.return_code AND a.period_start = l.period_start
ORDER BY severity_rank(t.severity), t.kind, t.return_code, t.period_start, t.finding_id, 9
