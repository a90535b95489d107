-- name: insert_unexpected
INSERT INTO unexpected_row
SELECT expected_id, $finding, $severity, $expectation
FROM data.return_status_row
WHERE return_code = $code AND (@where)

-- name: finding_now
-- What there is to look at now, from the rows that failed expectations did not accept: which finding each of them
-- belongs to, and one row a finding. A supplier or area gap stands for all its organisations; an incident counts with
-- the supplier or area it names.

CREATE OR REPLACE TEMP TABLE member AS
WITH
unexpected AS (
    SELECT u.finding, u.severity, u.expectation, s.expected_id, s.return_code, s.period_start, s.period_end,
           s.organisation_code, s.request_id, s.due_on, s.status, s.cause
    FROM unexpected_row AS u JOIN data.return_status_row AS s USING (expected_id)
),
of_gap AS (
    SELECT DISTINCT expected_id, gap_kind, gap_key, gap_name, cause FROM data.gap_membership
),
gap AS (
    SELECT g.gap_kind AS kind, u.*, g.cause AS gap_cause, g.gap_key AS subject,
           CASE WHEN g.gap_kind = 'supplier_gap' THEN g.gap_name END AS supplier,
           CASE WHEN g.gap_kind = 'area_gap' THEN g.gap_key END AS area_code
    FROM unexpected AS u JOIN of_gap AS g USING (expected_id)
    WHERE u.finding = 'missing_return'
),
single AS (
    SELECT CASE WHEN u.finding = 'missing_return' AND u.status NOT IN ('not_received', 'rejected') THEN 'unexpected_row'
                ELSE u.finding END AS kind,
           u.*, u.cause AS gap_cause, u.organisation_code || '/' || coalesce(u.request_id, '') AS subject,
           NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'late_return'
       OR u.finding = 'missing_return' AND u.expected_id NOT IN (SELECT expected_id FROM of_gap)
),
unknown AS (
    SELECT u.cause AS kind, u.*, u.cause AS gap_cause, '' AS subject, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'source_not_loaded' AND u.status = 'not_known' AND u.cause <> 'could_not_check'
)
SELECT *, finding_key(kind, return_code, period_start, subject) AS finding_key,
       kind IN ('missing_return', 'late_return', 'unexpected_row') AS is_single
FROM (FROM gap UNION ALL BY NAME FROM single UNION ALL BY NAME FROM unknown);

DELETE FROM data.finding_member;
INSERT INTO data.finding_member SELECT DISTINCT finding_key, expected_id FROM member;

-- Several expectations of a suite may name the same row: one finding, of the gravest severity.
DELETE FROM data.finding_now;
INSERT INTO data.finding_now BY NAME
SELECT finding_key, kind, return_code, period_start, period_end,
       CASE WHEN is_single THEN min(organisation_code) END AS organisation_code,
       CASE WHEN is_single THEN min(request_id) END AS request_id,
       min(supplier) AS supplier, area_code, min(due_on) AS due_on,
       CASE WHEN min(gap_cause) IS NOT DISTINCT FROM max(gap_cause) THEN min(gap_cause)
            WHEN kind = 'supplier_gap' THEN 'supplier_wide'
            ELSE 'area_wide' END AS cause,
       count(DISTINCT expected_id) AS organisations,
       severity_of_rank(min(severity_rank(severity))) AS severity,
       arg_min(expectation, (severity_rank(severity), expectation)) AS expectation
FROM member
GROUP BY finding_key, kind, is_single, return_code, period_start, period_end, area_code
UNION ALL BY NAME
SELECT finding_key('could_not_check', return_code, NULL, '') AS finding_key, 'could_not_check' AS kind, return_code,
       'could_not_check' AS cause, max(rows_checked) AS organisations,
       severity_of_rank(min(severity_rank(severity))) AS severity, min(expectation) AS expectation
FROM data.verdict WHERE state = 'could_not_check' GROUP BY return_code
UNION ALL BY NAME
-- No expectation stands behind a count that is low for its organisation: a control chart does (charts/low_volume.sql).
SELECT finding_key('low_volume', s.return_code, s.newest_on, s.organisation_code || '/') AS finding_key,
       'low_volume' AS kind, s.return_code, s.newest_on AS period_start, r.period_end, s.organisation_code, r.due_on,
       s.low_volume AS cause, 1 AS organisations, 'info' AS severity, 'control chart' AS expectation
FROM data.chart_series AS s JOIN data.return_status_row AS r ON r.expected_id = s.newest_expected_id
WHERE s.low_volume IS NOT NULL;

INSERT INTO data.finding_member
SELECT finding_key('low_volume', return_code, newest_on, organisation_code || '/'), newest_expected_id
FROM data.chart_series WHERE low_volume IS NOT NULL;

-- name: finding_record
-- What opened, what changed and what is over: the findings now against the open ones. Events are only ever added.
-- What a person resolved does not open again while it goes on being found.

CREATE OR REPLACE TEMP TABLE finding_opened AS
SELECT left(md5(n.finding_key || '/' || CAST(m.happened_at AS VARCHAR)), 12) AS finding_id, n.*
FROM data.finding_now AS n
CROSS JOIN moment AS m
WHERE NOT EXISTS (
    SELECT 1 FROM data.finding_current AS c WHERE c.finding_key = n.finding_key AND (c.resolved_at IS NULL OR c.is_resolved_by_hand)
);

CREATE OR REPLACE TEMP TABLE finding_moved AS
SELECT c.finding_id, 'changed' AS event, n.severity, n.cause, n.organisations, n.return_code, n.expectation
FROM data.finding_current AS c
JOIN data.finding_now AS n USING (finding_key)
WHERE c.resolved_at IS NULL
  AND (c.severity IS DISTINCT FROM n.severity OR c.cause IS DISTINCT FROM n.cause
       OR c.organisations IS DISTINCT FROM n.organisations)
UNION ALL
SELECT c.finding_id, 'resolved', c.severity, c.cause, c.organisations, c.return_code, c.expectation
FROM data.finding_current AS c
WHERE c.resolved_at IS NULL AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  -- What could not be checked is not over: its findings stay open until a check says otherwise.
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return))
UNION ALL
SELECT c.finding_id, 'gone', c.severity, c.cause, c.organisations, c.return_code, c.expectation
FROM data.finding_current AS c
WHERE c.is_resolved_by_hand AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return));

INSERT INTO data.finding_subject
SELECT o.finding_id, o.finding_key, o.kind, o.return_code, o.period_start, o.period_end, o.organisation_code, o.request_id,
       o.supplier, o.area_code, o.due_on, m.happened_at, m.as_of
FROM finding_opened AS o CROSS JOIN moment AS m;

INSERT INTO data.finding_event
SELECT o.finding_id, 'opened', m.happened_at, m.as_of, o.severity, o.cause, o.organisations, o.return_code, o.expectation
FROM finding_opened AS o CROSS JOIN moment AS m
UNION ALL
SELECT v.finding_id, v.event, m.happened_at, m.as_of, v.severity, v.cause, v.organisations, v.return_code, v.expectation
FROM finding_moved AS v CROSS JOIN moment AS m;
