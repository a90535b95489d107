-- name: absences
-- Each absence, the longest overdue first.
SELECT * EXCLUDE (request_id)
FROM @table
ORDER BY is_open DESC, days_overdue DESC NULLS LAST, organisation_code, return_code, absence_id

-- name: absences_derived
-- Of what was just derived, what a check would keep of its absences.
CREATE OR REPLACE TEMP VIEW absence_kept AS
SELECT absence_id, first_expected_id, last_expected_id, periods, last_received_expected_id, ended_by_expected_id
FROM absence_span WHERE absence_id IN (SELECT absence_id FROM status_kept)

-- name: alerts
-- The alerts, the newest first.
SELECT alert_id, planned_at, state, recipients, subject, sent_at, attempts, last_error
FROM data.alert_current
WHERE $state IS NULL OR state = $state
ORDER BY alert_number DESC

-- name: changes
-- What the settings and returns as they are now would change in the answer of the last check, for the same day.
WITH
kept AS (
    SELECT organisation_code, return_code, period_start, request_id, status, due_on FROM data.return_status_row
),
now AS (
    SELECT organisation_code, return_code, period_start, request_id, status, due_on FROM return_status_row
),
both_of AS (
    SELECT coalesce(k.return_code, n.return_code) AS return_code, coalesce(k.period_start, n.period_start) AS period_start,
           coalesce(k.status, 'not expected') AS status_before, coalesce(n.status, 'not expected') AS status_now,
           CASE WHEN k.due_on IS DISTINCT FROM n.due_on AND k.status IS NOT NULL AND n.status IS NOT NULL THEN 1 ELSE 0 END
               AS is_due_otherwise
    FROM kept AS k
    FULL JOIN now AS n
        ON n.organisation_code = k.organisation_code AND n.return_code = k.return_code
        AND n.period_start = k.period_start AND n.request_id IS NOT DISTINCT FROM k.request_id
)
SELECT return_code, status_before, status_now, count(*) AS expected_returns, sum(is_due_otherwise) AS due_on_another_day,
       min(period_start) AS first_period, max(period_start) AS last_period
FROM both_of
WHERE status_before <> status_now OR is_due_otherwise = 1
GROUP BY return_code, status_before, status_now
ORDER BY return_code, status_before, status_now

-- name: coverage_differs
-- Months in which our count of practices with appointments differs from the published one, and in how many sub-ICBs.
SELECT period_start, count(*) AS sub_icbs, count(*) FILTER (difference <> 0) AS differing,
       sum(difference) FILTER (difference < 0) AS missing
FROM data.appointments_coverage
GROUP BY period_start
HAVING count(*) FILTER (difference <> 0) > 0
ORDER BY period_start

-- name: due
-- What falls due within so many days: one row a return, period and due date, with how many are still outstanding.
SELECT due_on, return_code, return_title, period_label, due_basis,
       count(*) AS organisations,
       count(*) FILTER (status IN ('received', 'received_late')) AS received,
       count(*) FILTER (status NOT IN ('received', 'received_late')) AS outstanding, period_start
FROM @table
WHERE due_on BETWEEN $as_of AND $as_of + $days AND status <> 'not_required'
GROUP BY due_on, return_code, return_title, period_label, due_basis, period_start
ORDER BY due_on, return_code, period_label

-- name: findings_to_tell
-- The open findings, with who was notified of them and what people decided.
WITH
notified AS (
    SELECT m.item_id, count(DISTINCT r.recipient) AS recipients, max(a.planned_at) AS notified_at
    FROM data.alert_item AS m JOIN data.alert AS a USING (alert_id) JOIN data.alert_recipient AS r USING (alert_id)
    WHERE (m.alert_id, r.recipient, m.item_id) NOT IN (SELECT (alert_id, recipient, item_id) FROM data.alert_item_withdrawn)
    GROUP BY m.item_id
),
acknowledged AS (
    SELECT about_id, arg_max(author, decided_at) AS author
    FROM data.decision WHERE decision = 'acknowledged' GROUP BY about_id
)
SELECT f.finding_id, f.severity, f.kind, f.return_code, f.period_start, f.periods,
       coalesce(f.supplier, f.area_code, f.organisation_code, CASE WHEN f.kind = 'row_rejected' THEN f.expectation END) AS about, f.organisations, f.cause, f.opened_at,
       t.notified_at, t.recipients AS told_to, k.author AS acknowledged_by
FROM data.finding_current AS f
LEFT JOIN notified AS t ON t.item_id = f.finding_id
LEFT JOIN acknowledged AS k ON k.about_id = f.finding_id
WHERE f.resolved_at IS NULL
ORDER BY f.kind <> 'row_rejected', severity_rank(f.severity), f.kind, f.return_code, f.period_start, about

-- name: findings
-- Every finding, as the view finding has it; what is open first.
SELECT finding_id, kind, return_code, period_start, period_end, organisation_code, request_id, supplier, area_code, due_on,
       cause, organisations, periods, opened_at, resolved_at, severity, suite, expectation
FROM data.finding_current
ORDER BY resolved_at IS NOT NULL, severity_rank(severity), kind, return_code, period_start, finding_id

-- name: icb_known
SELECT icb_code FROM data.organisation_dated WHERE icb_code = $icb_code
UNION SELECT icb_code FROM icb_member WHERE icb_code = $icb_code

-- name: open_gaps
-- The open supplier and area gaps, the largest first, and sources that were not loaded.
WITH period AS (SELECT DISTINCT return_code, period_start, period_label FROM data.period_fact)
SELECT f.kind, f.supplier, f.area_code, r.return_title, f.period_start, p.period_label, f.periods, f.due_on, f.cause,
       f.organisations, f.return_code
FROM data.finding_now AS f
JOIN data.mandatory_return AS r USING (return_code)
LEFT JOIN period AS p USING (return_code, period_start)
WHERE f.kind = $kind
  AND f.finding_key NOT IN (SELECT finding_key FROM data.finding_current WHERE is_resolved_by_hand)
ORDER BY f.organisations DESC, f.return_code, f.period_start, f.supplier, f.area_code

-- name: open_single
-- The open findings about one organisation each, counted by return and cause.
SELECT r.return_title, f.return_code, f.cause, count(*) AS findings, count(DISTINCT f.organisation_code) AS organisations,
       sum(f.periods) AS periods, min(f.due_on) AS since
FROM data.finding_now AS f JOIN data.mandatory_return AS r USING (return_code)
WHERE f.kind = $kind
  AND f.finding_key NOT IN (SELECT finding_key FROM data.finding_current WHERE is_resolved_by_hand)
GROUP BY r.return_title, f.return_code, f.cause
ORDER BY findings DESC, f.return_code, f.cause

-- name: organisation_known
SELECT organisation_code, any_value(organisation_name) AS organisation_name, any_value(organisation_kind) AS organisation_kind,
       any_value(opened_on) AS opened_on, any_value(closed_on) AS closed_on
FROM data.organisation_dated WHERE organisation_code = $organisation_code GROUP BY organisation_code

-- name: rejected_files
-- By file: how many rows could not be read and stand so, how many for each reason, the most first, and for how many
-- expected returns of the last check that is why nothing is known; those that hold most in doubt first.
WITH
unread AS MATERIALIZED (SELECT * FROM data.rejected_open),
of_reason AS (
    SELECT file_name, reason, count(*) AS unread_rows, min(row_number) AS first_row,
           arg_min(column_name, row_number) AS column_name
    FROM unread GROUP BY file_name, reason
),
held AS (
    SELECT r.file_name, count(DISTINCT d.expected_id) AS in_doubt
    FROM unread AS r
    JOIN data.held_in_doubt AS d ON d.file_id = r.file_id AND d.row_number = r.row_number
    GROUP BY r.file_name
)
SELECT o.file_name, CAST(sum(o.unread_rows) AS BIGINT) AS rows_rejected, min(o.first_row) AS first_row,
       arg_min(o.column_name, o.first_row) AS column_name,
       map_from_entries(list((o.reason, o.unread_rows) ORDER BY o.unread_rows DESC, o.reason)) AS reasons,
       coalesce(any_value(h.in_doubt), 0) AS in_doubt
FROM of_reason AS o
LEFT JOIN held AS h ON h.file_name = o.file_name
GROUP BY o.file_name
ORDER BY in_doubt DESC, o.file_name

-- name: silences
-- The silences, those that hold longest first.
SELECT s.silence_id, s.until_at, e.ended_at, s.author, s.reason, s.item_id AS finding_id, s.kind, s.return_code, s.supplier,
       s.organisation_code, s.area_code
FROM data.silence AS s LEFT JOIN data.silence_ended AS e USING (silence_id)
ORDER BY s.until_at DESC, s.silence_id

-- name: status
-- The expected returns and their status; each filter is optional.
SELECT * EXCLUDE (expected_id)
FROM @table
WHERE ($return_code IS NULL OR return_code = $return_code)
  AND ($organisation_code IS NULL OR organisation_code = $organisation_code)
  AND ($status IS NULL OR status = $status)
  AND ($icb_code IS NULL OR $icb_code IN (icb_code, icb_now)
       OR organisation_code IN (SELECT organisation_code FROM icb_member WHERE icb_code = $icb_code))
ORDER BY return_code, period_start, organisation_code, request_id

-- name: status_counts
SELECT status, count(*) AS expected_returns FROM @table GROUP BY status

-- name: unmatched
-- What was loaded about organisations that are not in the register: kept, and counted nowhere.
SELECT kind, count(*) AS rows_loaded, count(DISTINCT organisation_code) AS organisations
FROM (
    SELECT 'submissions' AS kind, organisation_code FROM data.submission_attempt
    UNION ALL SELECT 'requests', organisation_code FROM data.request_row
    UNION ALL SELECT 'participation', organisation_code FROM data.participation_stated
    UNION ALL SELECT 'notices', scope_value FROM data.notice_row WHERE scope = 'organisation'
    UNION ALL SELECT 'published evidence', organisation_code FROM data.published_evidence
) AS loaded
WHERE organisation_code NOT IN (SELECT organisation_code FROM data.organisation_dated)
GROUP BY kind ORDER BY kind

-- name: not_watched
-- What was loaded of returns that `returns` in monitor.toml leaves out: kept, and counted nowhere.
SELECT return_code, count(*) AS rows_loaded FROM data.submission_attempt
WHERE return_code NOT IN (SELECT return_code FROM data.mandatory_return)
GROUP BY return_code ORDER BY return_code

-- name: without_icb
SELECT count(DISTINCT organisation_code) AS organisations
FROM data.organisation_dated
WHERE to_on = DATE '9999-12-31' AND icb_code IS NULL AND closed_on IS NULL
