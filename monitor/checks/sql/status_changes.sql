-- name: returns_compared
-- Returns of which something differs from what was recorded: the others need no comparing row by row. What a return's kept
-- rows say is hashed where they are kept; they name periods and organisations by numbers, which are hashed with their meaning.
CREATE OR REPLACE TEMP TABLE return_said AS
WITH
organisations AS (
    SELECT CAST(sum(CAST(hash(span_id, organisation_code) AS HUGEINT)) AS VARCHAR) AS said FROM data.organisation_fact
),
periods AS (
    SELECT return_code, CAST(sum(CAST(hash(period_id, period_start) AS HUGEINT)) AS VARCHAR) AS said
    FROM data.period_fact GROUP BY return_code
)
SELECT k.return_code, concat_ws('/', k.said, coalesce(p.said, ''), coalesce(o.said, '')) AS said
FROM data.return_kept AS k
CROSS JOIN organisations AS o
LEFT JOIN periods AS p ON p.return_code = k.return_code;
CREATE OR REPLACE TEMP TABLE return_compared AS
SELECT return_code
FROM data.return_recorded AS r
FULL JOIN return_said AS s USING (return_code)
WHERE r.said IS DISTINCT FROM s.said

-- name: status_differs
-- Where the answer that is kept now differs from that of the last recorded check.
CREATE OR REPLACE TEMP TABLE status_differs AS
WITH
now AS (
    SELECT o.organisation_code, p.return_code, p.period_start, coalesce(k.request_id, '') AS request_id, k.status, k.cause
    FROM data.status_kept AS k
    JOIN data.period_fact AS p USING (period_id)
    JOIN data.organisation_fact AS o USING (span_id)
    WHERE p.return_code IN (SELECT return_code FROM return_compared)
),
before AS (
    SELECT * FROM data.status_recorded WHERE return_code IN (SELECT return_code FROM return_compared)
)
SELECT organisation_code, return_code, period_start, request_id,
       b.status AS status_before, b.cause AS cause_before, n.status AS status_now, n.cause AS cause_now
FROM before AS b
FULL JOIN now AS n USING (organisation_code, return_code, period_start, request_id)
WHERE b.status IS DISTINCT FROM n.status OR b.cause IS DISTINCT FROM n.cause

-- name: record_changes
INSERT INTO data.status_moved BY NAME
SELECT c.as_of AS as_of_before, q.as_of, $at AS changed_at, d.organisation_code, d.return_code, d.period_start,
       nullif(d.request_id, '') AS request_id, d.status_before, d.cause_before, d.status_now, d.cause_now
FROM status_differs AS d
CROSS JOIN question AS q
CROSS JOIN (SELECT as_of FROM data.check_run WHERE recorded ORDER BY rowid DESC LIMIT 1) AS c
WHERE EXISTS (SELECT 1 FROM data.status_recorded)

-- name: forget_before
DELETE FROM data.status_recorded AS r
USING status_differs AS d
WHERE d.status_before IS NOT NULL AND r.organisation_code = d.organisation_code AND r.return_code = d.return_code
  AND r.period_start = d.period_start AND r.request_id = d.request_id

-- name: remember_now
INSERT INTO data.status_recorded BY NAME
SELECT organisation_code, return_code, period_start, request_id, status_now AS status, cause_now AS cause
FROM status_differs
WHERE status_now IS NOT NULL;
DELETE FROM data.return_recorded;
INSERT INTO data.return_recorded BY NAME FROM return_said
