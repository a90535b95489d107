-- name: unexpected_tables
CREATE OR REPLACE TEMP TABLE unexpected_row (
    expected_id BIGINT, finding VARCHAR, severity VARCHAR, expectation VARCHAR
);
-- Expectations about a return as a whole, or of which not all rows are named.
CREATE OR REPLACE TEMP TABLE unexpected_whole (
    return_code VARCHAR, expectation_number INTEGER, severity VARCHAR, expectation VARCHAR, rows_unexpected BIGINT
);

-- The returns whose findings of the last check stand.
CREATE OR REPLACE TEMP TABLE found_before (return_code VARCHAR);

-- name: insert_named
INSERT INTO unexpected_row
SELECT expected_id, $finding, $severity, $expectation
FROM named_row
WHERE return_code = $code AND expectation_number = $number

-- name: insert_whole
INSERT INTO unexpected_whole VALUES ($code, $number, $severity, $expectation, $rows)

-- name: insert_unexpected
INSERT INTO unexpected_row
SELECT expected_id, $finding, $severity, $expectation
FROM data.return_status_row
WHERE return_code = $code AND (@where)

-- name: finding_now
-- What there is to look at now, from the rows that failed expectations did not accept: which finding each of them
-- belongs to, and one row a finding. A supplier or area gap stands for all its organisations; an incident counts with
-- the supplier or area it names. What one organisation has not sent is one finding from its first period on, for as long
-- as nothing later is received. A source that is not loaded is one finding a return.

-- Once, because what follows reads them eight times.
CREATE OR REPLACE TEMP TABLE unexpected AS
SELECT u.finding, u.severity, u.expectation, s.expected_id, s.return_code, s.period_start, s.period_end,
       s.organisation_code, s.request_id, s.due_on, s.status, s.cause, s.supplier, s.icb_code, s.sub_icb_code, s.absence_id
FROM unexpected_row AS u JOIN data.return_status_row AS s USING (expected_id);

CREATE OR REPLACE TEMP TABLE member AS
WITH
of_gap AS (
    SELECT DISTINCT expected_id, gap_kind, gap_key, gap_name, cause FROM data.gap_membership
),
gap AS (
    SELECT g.gap_kind AS kind, u.* EXCLUDE (supplier), g.cause AS gap_cause, g.gap_key AS subject,
           u.period_start AS since_on, u.period_end AS since_to, u.due_on AS since_due_on,
           CASE WHEN g.gap_kind = 'supplier_gap' THEN g.gap_name END AS supplier,
           CASE WHEN g.gap_kind = 'area_gap' THEN g.gap_key END AS area_code
    FROM unexpected AS u JOIN of_gap AS g ON g.expected_id = u.expected_id
    WHERE u.finding = 'missing_return'
),
absent AS (
    SELECT 'missing_return' AS kind, u.* EXCLUDE (supplier), u.cause AS gap_cause,
           u.organisation_code || '/' || coalesce(u.request_id, '') AS subject,
           f.period_start AS since_on, f.period_end AS since_to, f.due_on AS since_due_on, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    JOIN data.absence_kept AS k ON k.absence_id = u.absence_id AND k.ended_by_expected_id IS NULL
    JOIN data.return_status_row AS f ON f.expected_id = k.first_expected_id
    WHERE u.finding = 'missing_return'
),
-- An incident that names one organisation, and so no supplier and no area.
alone AS (
    SELECT 'missing_return' AS kind, u.* EXCLUDE (supplier), u.cause AS gap_cause,
           u.organisation_code || '/' || coalesce(u.request_id, '') AS subject,
           u.period_start AS since_on, u.period_end AS since_to, u.due_on AS since_due_on, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'missing_return' AND u.status IN ('not_received', 'rejected') AND u.absence_id IS NULL
      AND u.expected_id NOT IN (SELECT expected_id FROM of_gap)
),
known_gap AS (
    SELECT kind, return_code, period_start, period_end, supplier, area_code
    FROM data.finding_subject WHERE kind IN ('supplier_gap', 'area_gap')
    UNION
    SELECT kind, return_code, since_on, since_to, supplier, area_code FROM gap
),
-- What came late is no news of one organisation where it is or was a gap of its supplier or area.
late AS (
    SELECT 'late_return' AS kind, u.* EXCLUDE (supplier), u.cause AS gap_cause,
           u.organisation_code || '/' || coalesce(u.request_id, '') AS subject,
           u.period_start AS since_on, u.period_end AS since_to, u.due_on AS since_due_on, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'late_return' AND NOT EXISTS (
        SELECT 1 FROM known_gap AS g
        WHERE g.return_code = u.return_code AND g.period_start = u.period_start AND g.period_end = u.period_end
          AND (g.kind = 'supplier_gap' AND contains(supplier_keys(u.supplier), ';' || supplier_key(g.supplier) || ';')
               OR g.kind = 'area_gap' AND g.area_code IN (u.sub_icb_code, u.icb_code, 'England'))
    )
),
other AS (
    SELECT 'unexpected_row' AS kind, u.* EXCLUDE (supplier), u.cause AS gap_cause,
           u.organisation_code || '/' || coalesce(u.request_id, '') AS subject,
           u.period_start AS since_on, u.period_end AS since_to, u.due_on AS since_due_on, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'unexpected_row' OR u.finding = 'missing_return' AND u.status NOT IN ('not_received', 'rejected')
),
-- What came without a part of it: one finding an organisation and return, from the first such period on.
in_part AS (
    SELECT 'parts_missing' AS kind, u.* EXCLUDE (supplier), CAST(NULL AS VARCHAR) AS gap_cause,
           u.organisation_code || '/' AS subject,
           min(u.period_start) OVER of_organisation AS since_on,
           arg_min(u.period_end, u.period_start) OVER of_organisation AS since_to,
           arg_min(u.due_on, u.period_start) OVER of_organisation AS since_due_on, NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    WHERE u.finding = 'parts_missing'
    WINDOW of_organisation AS (PARTITION BY u.return_code, u.organisation_code)
),
not_known AS (
    SELECT u.cause AS kind, u.* EXCLUDE (supplier), u.cause AS gap_cause,
           CASE WHEN u.cause = 'no_longer_published' THEN u.organisation_code || '/' ELSE '' END AS subject,
           CASE WHEN u.cause IN ('source_not_loaded', 'no_longer_published') THEN first.period_start ELSE u.period_start END AS since_on,
           CASE WHEN u.cause IN ('source_not_loaded', 'no_longer_published') THEN first.period_end ELSE u.period_end END AS since_to,
           CASE WHEN u.cause IN ('source_not_loaded', 'no_longer_published') THEN first.due_on ELSE u.due_on END AS since_due_on,
           NULL AS supplier, NULL AS area_code
    FROM unexpected AS u
    JOIN (
        SELECT return_code, cause, CASE WHEN cause = 'no_longer_published' THEN organisation_code END AS of_organisation,
               arg_min(period_start, expected_id) AS period_start, arg_min(period_end, expected_id) AS period_end,
               arg_min(due_on, expected_id) AS due_on
        FROM unexpected WHERE finding = 'source_not_loaded' GROUP BY ALL
    ) AS first
        ON first.return_code = u.return_code AND first.cause = u.cause
        AND coalesce(first.of_organisation = u.organisation_code, TRUE)
    WHERE u.finding = 'source_not_loaded' AND u.status = 'not_known' AND u.cause NOT IN ('could_not_check', 'row_rejected')
)
SELECT *, kind IN ('missing_return', 'late_return', 'unexpected_row', 'no_longer_published', 'parts_missing') AS is_single,
       finding_key(
           kind, return_code, CASE WHEN kind NOT IN ('source_not_loaded', 'no_longer_published', 'parts_missing') THEN since_on END, subject
       ) AS finding_key
FROM (FROM gap UNION ALL FROM absent UNION ALL FROM alone UNION ALL FROM late UNION ALL FROM other
      UNION ALL FROM in_part UNION ALL FROM not_known);

DROP TABLE unexpected;

-- Of rows that could not be read all are looked at each time: they may name no return.
DELETE FROM data.finding_member WHERE finding_key IN (
    SELECT finding_key FROM data.finding_now
    WHERE kind = 'row_rejected' OR return_code NOT IN (SELECT return_code FROM found_before)
);
DELETE FROM data.finding_now WHERE kind = 'row_rejected' OR return_code NOT IN (SELECT return_code FROM found_before);
INSERT INTO data.finding_member SELECT DISTINCT finding_key, expected_id FROM member;

-- Several expectations of a suite may name the same row: one finding, of the gravest severity. The cause of one that lasts
-- is that of its last period.
INSERT INTO data.finding_now BY NAME
SELECT finding_key, kind, return_code, since_on AS period_start, since_to AS period_end,
       CASE WHEN is_single THEN min(organisation_code) END AS organisation_code,
       CASE WHEN is_single THEN min(request_id) END AS request_id,
       min(supplier) AS supplier, area_code, min(since_due_on) AS due_on,
       CASE WHEN is_single THEN arg_max(gap_cause, expected_id)
            WHEN min(gap_cause) IS NOT DISTINCT FROM max(gap_cause) THEN min(gap_cause)
            WHEN kind = 'supplier_gap' THEN 'supplier_wide'
            ELSE 'area_wide' END AS cause,
       CASE WHEN is_single THEN 1 WHEN kind = 'source_not_loaded' THEN count(DISTINCT organisation_code)
            ELSE count(DISTINCT expected_id) END AS organisations,
       count(DISTINCT period_start) AS periods,
       CASE WHEN kind = 'no_longer_published' THEN 'info' ELSE severity_of_rank(min(severity_rank(severity))) END AS severity,
       arg_min(expectation, (severity_rank(severity), expectation)) AS expectation
FROM member
GROUP BY finding_key, kind, is_single, return_code, since_on, since_to, area_code;
INSERT INTO data.finding_now BY NAME
SELECT finding_key('could_not_check', return_code, NULL, '') AS finding_key, 'could_not_check' AS kind, return_code,
       'could_not_check' AS cause, max(rows_checked) AS organisations,
       severity_of_rank(min(severity_rank(severity))) AS severity, min(expectation) AS expectation
FROM data.verdict WHERE state = 'could_not_check' AND return_code NOT IN (SELECT return_code FROM found_before) GROUP BY return_code;
INSERT INTO data.finding_now BY NAME
SELECT finding_key('expectation_not_met', w.return_code, NULL, CAST(w.expectation_number AS VARCHAR)) AS finding_key,
       'expectation_not_met' AS kind, w.return_code,
       coalesce(w.rows_unexpected, (SELECT count(*) FROM data.return_status_row AS s WHERE s.return_code = w.return_code))
           AS organisations,
       w.severity, w.expectation
FROM unexpected_whole AS w;
-- No expectation stands behind a count that is low for its organisation: a control chart does (low_volume in analysis/sql/control_charts.sql).
INSERT INTO data.finding_now BY NAME
SELECT finding_key('low_volume', s.return_code, s.newest_on, s.organisation_code || '/') AS finding_key,
       'low_volume' AS kind, s.return_code, s.newest_on AS period_start, r.period_end, s.organisation_code, r.due_on,
       s.low_volume AS cause, 1 AS organisations, 1 AS periods, 'info' AS severity, 'control chart' AS expectation
FROM data.chart_series AS s JOIN data.return_status_row AS r ON r.expected_id = s.newest_expected_id
WHERE s.low_volume IS NOT NULL AND s.return_code NOT IN (SELECT return_code FROM found_before);

-- Views over many views, looked at once: to plan one of them takes longer than all that is done with its rows.
CREATE OR REPLACE TEMP TABLE rejected_now AS FROM data.rejected_told;
CREATE OR REPLACE TEMP TABLE doubt_now AS FROM data.held_in_doubt;

-- Rejected rows, one finding a file, version of it in which they came first, and return that they name, until they are
-- read, replaced or dismissed. What found them is the file. Where the return cannot be read, or the file is no log, none
-- is named. It stands for so many periods as rows that leave a return not known.
INSERT INTO data.finding_now BY NAME
SELECT finding_key('row_rejected', coalesce(r.return_code, ''), NULL, r.told_as) AS finding_key, 'row_rejected' AS kind,
       coalesce(r.return_code, '') AS return_code, 'row_rejected' AS cause, count(DISTINCT d.organisation_code) AS organisations,
       count(DISTINCT r.row_text) FILTER (d.expected_id IS NOT NULL) AS periods,
       'warning' AS severity, any_value(r.file_name) AS expectation
FROM rejected_now AS r
LEFT JOIN doubt_now AS d ON d.file_id = r.file_id AND d.row_number = r.row_number
GROUP BY r.told_as, r.return_code;

INSERT INTO data.finding_member
SELECT DISTINCT finding_key('row_rejected', coalesce(r.return_code, ''), NULL, r.told_as), d.expected_id
FROM doubt_now AS d
JOIN rejected_now AS r ON r.file_id = d.file_id AND r.row_number = d.row_number;

-- The rows that were named, of findings that stand for all of them.
INSERT INTO data.finding_member
SELECT DISTINCT finding_key('expectation_not_met', w.return_code, NULL, CAST(w.expectation_number AS VARCHAR)), n.expected_id
FROM unexpected_whole AS w JOIN named_row AS n USING (return_code, expectation_number);

INSERT INTO data.finding_member
SELECT finding_key('low_volume', return_code, newest_on, organisation_code || '/'), newest_expected_id
FROM data.chart_series WHERE low_volume IS NOT NULL AND return_code NOT IN (SELECT return_code FROM found_before);

-- name: finding_record
-- What opened, what changed and what is over: the findings now against the open ones. Events are only ever added.
-- What a person resolved does not open again while it is still found.

CREATE OR REPLACE TEMP TABLE finding_opened AS
SELECT left(md5(n.finding_key || '/' || CAST(m.happened_at AS VARCHAR)), 12) AS finding_id, n.*
FROM data.finding_now AS n
CROSS JOIN moment AS m
WHERE NOT EXISTS (
    SELECT 1 FROM data.finding_current AS c WHERE c.finding_key = n.finding_key AND (c.resolved_at IS NULL OR c.is_resolved_by_hand)
);

CREATE OR REPLACE TEMP TABLE finding_moved AS
SELECT c.finding_id, 'changed' AS event, n.severity, n.cause, n.organisations, n.return_code, n.expectation, n.periods
FROM data.finding_current AS c
JOIN data.finding_now AS n USING (finding_key)
WHERE c.resolved_at IS NULL
  AND (c.severity IS DISTINCT FROM n.severity OR c.cause IS DISTINCT FROM n.cause
       OR c.organisations IS DISTINCT FROM n.organisations OR c.periods IS DISTINCT FROM n.periods)
UNION ALL
-- One whose period belongs to an absence that begins earlier is not over: it is part of that one.
SELECT c.finding_id,
       CASE WHEN c.kind = 'missing_return' AND EXISTS (
                SELECT 1
                FROM data.return_status_row AS s
                JOIN data.finding_member AS m USING (expected_id)
                JOIN data.finding_now AS n ON n.finding_key = m.finding_key AND n.kind = 'missing_return'
                WHERE s.organisation_code = c.organisation_code AND s.return_code = c.return_code
                  AND s.period_start = c.period_start AND s.request_id IS NOT DISTINCT FROM c.request_id
            ) THEN 'joined' ELSE 'resolved' END,
       c.severity, c.cause, c.organisations, c.return_code, c.expectation, c.periods
FROM data.finding_current AS c
WHERE c.resolved_at IS NULL AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  -- What could not be checked is not over: its findings stay open until a check says otherwise.
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return))
UNION ALL
SELECT c.finding_id, 'gone', c.severity, c.cause, c.organisations, c.return_code, c.expectation, c.periods
FROM data.finding_current AS c
WHERE c.is_resolved_by_hand AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return));

INSERT INTO data.finding_subject
SELECT o.finding_id, o.finding_key, o.kind, o.return_code, o.period_start, o.period_end, o.organisation_code, o.request_id,
       o.supplier, o.area_code, o.due_on, m.happened_at, m.as_of
FROM finding_opened AS o CROSS JOIN moment AS m;

INSERT INTO data.finding_event
SELECT o.finding_id, 'opened', m.happened_at, m.as_of, o.severity, o.cause, o.organisations, o.return_code, o.expectation, o.periods
FROM finding_opened AS o CROSS JOIN moment AS m
UNION ALL
SELECT v.finding_id, v.event, m.happened_at, m.as_of, v.severity, v.cause, v.organisations, v.return_code, v.expectation, v.periods
FROM finding_moved AS v CROSS JOIN moment AS m;
