-- What there is to look at now, from the rows that failed expectations did not accept: one row a finding.
-- A supplier or area gap stands for all its organisations; an incident counts with the supplier or area it names.

DELETE FROM data.finding_now;

INSERT INTO data.finding_now BY NAME
WITH
unexpected AS (
    SELECT u.finding, u.severity, u.expectation, s.*
    FROM unexpected_row AS u JOIN data.return_status_row AS s USING (expected_id)
),
gap AS (
    SELECT g.gap_kind AS kind, u.return_code, u.period_start, u.period_end, min(u.due_on) AS due_on,
           CASE WHEN g.gap_kind = 'supplier_gap' THEN g.gap_name END AS supplier,
           CASE WHEN g.gap_kind = 'area_gap' THEN g.gap_key END AS area_code,
           g.gap_key, count(*) AS organisations,
           CASE WHEN min(g.cause) = max(g.cause) THEN min(g.cause)
                WHEN g.gap_kind = 'supplier_gap' THEN 'supplier_wide' ELSE 'area_wide' END AS cause,
           severity_of_rank(min(severity_rank(u.severity))) AS severity, min(u.expectation) AS expectation
    FROM unexpected AS u
    JOIN (SELECT DISTINCT expected_id, gap_kind, gap_key, gap_name, cause FROM data.gap_membership) AS g USING (expected_id)
    WHERE u.finding = 'missing_return'
    GROUP BY g.gap_kind, u.return_code, u.period_start, u.period_end, g.gap_key, g.gap_name
),
single AS (
    SELECT CASE WHEN u.finding = 'missing_return' AND u.status NOT IN ('not_received', 'rejected') THEN 'unexpected_row'
                ELSE u.finding END AS kind, u.*
    FROM unexpected AS u
    LEFT JOIN (SELECT DISTINCT expected_id FROM data.gap_membership) AS g USING (expected_id)
    WHERE u.finding IN ('missing_return', 'late_return')
      AND (g.expected_id IS NULL OR u.finding <> 'missing_return')
),
unknown AS (
    SELECT u.cause AS kind,
           u.return_code, u.period_start, u.period_end, min(u.due_on) AS due_on, u.cause, count(*) AS organisations,
           severity_of_rank(min(severity_rank(u.severity))) AS severity, min(u.expectation) AS expectation
    FROM unexpected AS u
    WHERE u.finding = 'source_not_loaded' AND u.status = 'not_known' AND u.cause <> 'could_not_check'
    GROUP BY u.cause, u.return_code, u.period_start, u.period_end
),
unchecked AS (
    SELECT 'could_not_check' AS kind, return_code, severity_of_rank(min(severity_rank(severity))) AS severity, min(expectation) AS expectation,
           max(rows_checked) AS organisations
    FROM data.verdict WHERE state = 'could_not_check' GROUP BY return_code
),
found AS (
    SELECT kind, return_code, period_start, period_end, NULL AS organisation_code, NULL AS request_id,
           supplier, area_code, due_on, cause, organisations, severity, expectation, gap_key AS subject
    FROM gap
    UNION ALL
    SELECT kind, return_code, period_start, period_end, organisation_code, request_id,
           NULL, NULL, due_on, cause, 1, severity, expectation, organisation_code || '/' || coalesce(request_id, '')
    FROM single
    UNION ALL
    SELECT kind, return_code, period_start, period_end, NULL, NULL, NULL, NULL, due_on, cause, organisations,
           severity, expectation, ''
    FROM unknown
    UNION ALL
    SELECT kind, return_code, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'could_not_check', organisations,
           severity, expectation, ''
    FROM unchecked
),
-- Several expectations of a suite may name the same row: one finding, of the gravest severity.
ranked AS (
    SELECT *, kind || '/' || return_code || '/' || coalesce(CAST(period_start AS VARCHAR), '') || '/' || subject AS finding_key,
           row_number() OVER (
               PARTITION BY kind, return_code, period_start, subject ORDER BY severity_rank(severity), expectation
           ) AS choice
    FROM found
)
SELECT * EXCLUDE (subject, choice) FROM ranked WHERE choice = 1;
