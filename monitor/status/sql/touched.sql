-- name: said_of_all
-- Numbers of what all returns rest on, whatever is loaded of each: they differ whenever anything in it does. The day is in none.
SELECT 'organisations', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR) FROM data.organisation_dated
UNION ALL
SELECT 'belonging', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR) FROM icb_of_now
UNION ALL
SELECT 'ICBs', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR) FROM icb_member
UNION ALL
SELECT 'suppliers', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR) FROM data.supplier_set
UNION ALL
SELECT 'registers in doubt', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR) FROM data.register_in_doubt
UNION ALL
SELECT 'rows of any return', CAST(sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) AS VARCHAR)
FROM data.rejected_standing WHERE return_code IS NULL AND organisation_code IS NOT NULL
UNION ALL
SELECT 'unread parts', CAST(max(note_number) FILTER (parts > 0) AS VARCHAR)
FROM data.unread_inbox WHERE note_number = (SELECT max(note_number) FROM data.unread_inbox)

-- name: said_of_returns
-- The same of each return: the question, notices that have named it in any version, rows that may be about it.
WITH said AS (
    SELECT return_code, hash(*COLUMNS(*)) AS said FROM mandatory_return
    UNION ALL
    SELECT return_code, hash(*COLUMNS(*)) FROM return_period
    UNION ALL
    SELECT return_code, hash(*COLUMNS(*)) FROM request_due
    UNION ALL
    SELECT r.return_code, hash(n)
    FROM (SELECT DISTINCT return_code, notice_id FROM data.notice_row) AS r JOIN data.notice_row AS n USING (notice_id)
    UNION ALL
    SELECT return_code, hash(*COLUMNS(*)) FROM data.rejected_standing WHERE return_code IS NOT NULL
)
SELECT return_code, CAST(sum(CAST(said AS HUGEINT)) AS VARCHAR) FROM said GROUP BY return_code

-- name: kept_said
-- A hash of what the kept rows of each return say.
CREATE OR REPLACE TEMP VIEW kept_said AS
WITH row_said AS (
    SELECT period_id, hash(*COLUMNS(*)) AS said FROM data.status_kept
    UNION ALL
    SELECT k.period_id, hash(a) FROM data.absence_kept AS a JOIN data.status_kept AS k ON k.expected_id = a.first_expected_id
    UNION ALL
    SELECT k.period_id, hash(g) FROM data.gap_membership AS g JOIN data.status_kept AS k USING (expected_id)
)
SELECT p.return_code, CAST(sum(CAST(r.said AS HUGEINT)) AS VARCHAR) AS said
FROM row_said AS r JOIN data.period_fact AS p USING (period_id) GROUP BY p.return_code

-- name: kept
-- What is kept of each return, and whether its rows say what they said when they were kept.
SELECT k.return_code, k.rests_on, k.changes_on, k.said IS NOT DISTINCT FROM coalesce(s.said, '') AS is_whole
FROM data.return_kept AS k LEFT JOIN kept_said AS s USING (return_code)

-- name: keep_returns
-- Keep what each return that was worked out rests on ($codes, $rests_on), what its rows say, and from when on the passing of
-- days alone makes another answer of it: a due date passes, a period ends for which something is published, something is
-- dated later. What was compared at the same age (short_feed.sql) may be another the next day.
INSERT INTO data.return_kept
WITH
due AS (
    SELECT DISTINCT p.return_code, e.due_on, p.grace_days
    FROM (SELECT DISTINCT period_id, due_on FROM expected_slot) AS e JOIN period_fact AS p USING (period_id)
    WHERE e.due_on IS NOT NULL
    UNION
    SELECT return_code, due_on, grace_days FROM period_fact WHERE due_on IS NOT NULL
),
change AS (
    SELECT return_code, due_on + 1 AS on_day FROM due
    UNION ALL
    SELECT return_code, due_on + grace_days + 1 FROM due
    UNION ALL
    SELECT return_code, period_end FROM period_fact
    UNION ALL
    SELECT return_code, min(submitted_on) FROM data.submission_attempt CROSS JOIN question
    WHERE submitted_on > question.as_of GROUP BY return_code
    UNION ALL
    SELECT return_code, requested_on FROM current_request
    UNION ALL
    SELECT f.return_code, question.as_of + 1
    FROM (SELECT period_id FROM suspect UNION SELECT period_id FROM fewer_rows) AS s
    JOIN period_fact AS f USING (period_id) CROSS JOIN question
),
next_change AS (
    SELECT return_code, min(on_day) AS on_day FROM change CROSS JOIN question
    WHERE on_day > question.as_of GROUP BY return_code
)
SELECT w.return_code, w.rests_on, n.on_day, coalesce(s.said, ''), NULL, NULL
FROM (SELECT unnest(CAST($codes AS VARCHAR[])) AS return_code, unnest(CAST($rests_on AS VARCHAR[])) AS rests_on) AS w
LEFT JOIN kept_said AS s USING (return_code)
LEFT JOIN next_change AS n USING (return_code)
