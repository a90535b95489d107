-- name: status_differs
-- Where the answer that is kept now differs from that of the last recorded check.
CREATE OR REPLACE TEMP TABLE status_differs AS
WITH
now AS (
    SELECT o.organisation_code, p.return_code, p.period_start, coalesce(k.request_id, '') AS request_id, k.status, k.cause
    FROM data.status_kept AS k
    JOIN data.period_fact AS p USING (period_id)
    JOIN data.organisation_fact AS o USING (span_id)
)
SELECT organisation_code, return_code, period_start, request_id,
       b.status AS status_before, b.cause AS cause_before, n.status AS status_now, n.cause AS cause_now
FROM data.status_recorded AS b
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
WHERE status_now IS NOT NULL
