-- Of what short_feed_suspects.sql found: whether it is short beside what had come at the same age, and who is held back.

-- Each suspect beside itself and the periods before it, each with the day by which something had to come to be compared.
CREATE OR REPLACE TEMP TABLE beside_suspect AS
SELECT n.period_id, b.period_id AS seen_id, b.return_code, b.period_start, n.supplier_kind,
       CAST(b.due_on + CAST(q.as_of - n.due_on AS INTEGER) AS DATE) AS until_on
FROM suspect AS s
JOIN feed AS n USING (period_id)
JOIN feed AS b ON b.return_code = n.return_code AND b.place BETWEEN n.place - 6 AND n.place
CROSS JOIN question AS q;

CREATE OR REPLACE TEMP TABLE first_attempt AS
SELECT b.seen_id, o.organisation_number, min(s.submitted_on) AS first_on
FROM (SELECT DISTINCT seen_id, return_code, period_start FROM beside_suspect) AS b
JOIN data.submission_attempt AS s USING (return_code, period_start)
JOIN (SELECT DISTINCT organisation_code, organisation_number FROM organisation_fact) AS o
    ON o.organisation_code = s.organisation_code
GROUP BY b.seen_id, o.organisation_number;

CREATE OR REPLACE TEMP TABLE heard_by_age AS
SELECT b.period_id, b.seen_id, x.supplier_keys,
       CASE WHEN j.evidence_outcome IS NOT NULL OR coalesce(a.first_on <= b.until_on, FALSE) THEN 1 ELSE 0 END AS is_heard
FROM beside_suspect AS b
JOIN status_judged AS j ON j.period_id = b.seen_id AND j.status <> 'not_required'
JOIN supplier_fact AS x ON x.span_id = j.span_id AND x.supplier_kind = b.supplier_kind
LEFT JOIN first_attempt AS a ON a.seen_id = b.seen_id AND a.organisation_number = j.organisation_number;

CREATE OR REPLACE TEMP TABLE heard_of_supplier AS
SELECT h.period_id, h.seen_id, s.supplier_key, count(*) AS required, sum(h.is_heard) AS heard
FROM heard_by_age AS h JOIN data.supplier_set AS s USING (supplier_keys)
GROUP BY h.period_id, h.seen_id, s.supplier_key
HAVING count(*) >= (SELECT supplier_min_organisations FROM question);

CREATE OR REPLACE TEMP TABLE short_measure AS
WITH
heard AS (
    SELECT period_id, seen_id, count(*) AS required, sum(is_heard) AS heard, sum(is_heard) / count(*) AS share
    FROM heard_by_age GROUP BY period_id, seen_id
),
organisations AS (
    SELECT n.period_id, n.heard AS found, b.share * n.required AS usual, b.periods
    FROM heard AS n
    JOIN (
        SELECT period_id, median(share) AS share, count(*) AS periods
        FROM heard WHERE seen_id <> period_id GROUP BY period_id
    ) AS b USING (period_id)
    WHERE n.seen_id = n.period_id
),
-- How each supplier that usually sends stands beside its own periods before.
supplier_beside AS (
    SELECT n.period_id, n.supplier_key,
           n.heard / n.required < (SELECT short_min_share FROM question) * median(b.heard / b.required) - 1e-9 AS fell
    FROM heard_of_supplier AS n
    JOIN heard_of_supplier AS b USING (period_id, supplier_key)
    WHERE n.seen_id = n.period_id AND b.seen_id <> b.period_id
    GROUP BY n.period_id, n.supplier_key, n.heard, n.required
    HAVING median(b.heard / b.required) > 0
),
all_suppliers AS (
    SELECT period_id, count(*) AS suppliers, count(*) FILTER (fell) AS fell FROM supplier_beside GROUP BY period_id
),
suppliers_heard AS (
    SELECT period_id, seen_id, count(*) FILTER (heard > 0) AS suppliers FROM heard_of_supplier GROUP BY period_id, seen_id
),
suppliers AS (
    SELECT n.period_id, n.suppliers AS found, b.usual, b.periods
    FROM suppliers_heard AS n
    JOIN (
        SELECT period_id, median(suppliers) AS usual, count(*) AS periods
        FROM suppliers_heard WHERE seen_id <> period_id GROUP BY period_id
    ) AS b USING (period_id)
    WHERE n.seen_id = n.period_id
),
-- The last decision about a feed holds.
released AS (
    SELECT * FROM (
        FROM data.feed_decision
        QUALIFY row_number() OVER (PARTITION BY return_code, period_start ORDER BY decision_number DESC) = 1
    ) AS last_decision
    WHERE decision = 'released'
),
measured AS (
    SELECT o.period_id, 'organisations' AS measure, o.found, o.usual, o.periods
    FROM organisations AS o LEFT JOIN all_suppliers AS a USING (period_id)
    -- By one supplier alone nobody can tell its gap from a short feed: it is told as its gap.
    WHERE o.usual >= (SELECT short_min_organisations FROM question) - 1e-9
      AND (a.suppliers IS NULL OR a.suppliers >= 2 AND a.fell = a.suppliers)
    UNION ALL
    SELECT period_id, 'suppliers', found, usual, periods FROM suppliers WHERE usual >= 4
    UNION ALL
    SELECT period_id, 'rows', found, usual, periods FROM fewer_rows
)
SELECT f.period_id, f.return_code, f.period_start, m.measure, CAST(round(m.found) AS BIGINT) AS found,
       CAST(round(m.usual) AS BIGINT) AS usual, CAST(m.periods AS INTEGER) AS periods_compared,
       r.decided_at AS released_at, r.author AS released_by, r.reason AS released_because
FROM measured AS m
JOIN feed AS f USING (period_id)
LEFT JOIN released AS r ON r.return_code = f.return_code AND r.period_start = f.period_start
WHERE m.found < (SELECT short_min_share FROM question) * m.usual - 1e-9
-- A publication in several formats: the one that lacks most.
QUALIFY row_number() OVER (PARTITION BY f.period_id, m.measure ORDER BY m.found / m.usual) = 1;

-- Whoever neither made an attempt nor is named; a known incident explains it better.
CREATE OR REPLACE TEMP TABLE silent AS
SELECT expected_id, period_id FROM status_judged
WHERE status = 'not_received' AND attempts = 0 AND evidence_outcome IS NULL
  AND period_id IN (SELECT period_id FROM short_measure WHERE released_at IS NULL)
  AND expected_id NOT IN (SELECT expected_id FROM applying_notice WHERE kind = 'incident');

UPDATE status_judged SET status = 'not_known', first_cause = 'source_incomplete'
WHERE expected_id IN (SELECT expected_id FROM silent);

CREATE OR REPLACE TEMP TABLE short_feed AS
SELECT m.*, coalesce(s.not_known, 0) AS not_known
FROM short_measure AS m
LEFT JOIN (SELECT period_id, count(*) AS not_known FROM silent GROUP BY period_id) AS s USING (period_id);

DROP TABLE short_measure;
DROP TABLE silent;
DROP TABLE first_attempt;
DROP TABLE heard_by_age;
DROP TABLE heard_of_supplier;
