-- name: short_feed_suspects
-- Where far less is loaded about a return and period than there was of the periods before, what is loaded looks cut short,
-- and an organisation that is not in it is not known. Method and limits: docs/methods.md, "A feed that looks short".
--
-- Compared are shares of those of whom the return is required, and of the periods before only what had come at the same
-- age: so many days after the due date. Shares are fractions, whence the billionths: a third of 90 may be 29.999… of 30. What one supplier of several explains is that supplier's gap, and no short feed.

-- Returns and periods past their due date about which anything is loaded. heard: organisations that made an attempt of
-- any outcome, or that published evidence names.
CREATE OR REPLACE TEMP TABLE feed AS
SELECT p.period_id, p.return_code, p.period_start, p.due_on, p.supplier_kind, c.required, c.heard,
       row_number() OVER (PARTITION BY p.return_code ORDER BY p.period_start) AS place
FROM (
    SELECT period_id, count(*) AS required, count(*) FILTER (attempts > 0 OR evidence_outcome IS NOT NULL) AS heard
    FROM status_judged WHERE status <> 'not_required' GROUP BY period_id
) AS c
JOIN period_fact AS p USING (period_id)
CROSS JOIN question AS q
WHERE p.kind = 'periodic' AND p.due_on < q.as_of AND c.heard > 0;

-- Which of them could be short, by all that came in the six periods before, however late: never fewer than by the same age.
CREATE OR REPLACE TEMP TABLE suspect AS
WITH beside AS (
    SELECT n.period_id, n.heard, median(b.heard / b.required) * n.required AS usual, count(*) AS periods
    FROM feed AS n
    JOIN feed AS b ON b.return_code = n.return_code AND b.place BETWEEN n.place - 6 AND n.place - 1
    GROUP BY n.period_id, n.heard, n.required
)
SELECT b.period_id, b.usual
FROM beside AS b CROSS JOIN question AS q
WHERE b.periods >= 3
  AND b.usual >= q.short_min_organisations - 1e-9
  AND (b.heard < q.short_min_share * b.usual - 1e-9 OR b.heard + 2 * q.supplier_min_organisations <= b.usual + 1e-9);

-- Rows of published files: of the newest edition, in equal parts to the periods that a file is about, by format.
CREATE OR REPLACE TEMP TABLE published_rows AS
WITH
about AS (
    SELECT DISTINCT return_code, period_start, source, file_id, edition_on, edition_version FROM evidence
),
newest AS (
    SELECT *, count(*) OVER (PARTITION BY file_id, return_code) AS periods_in_file FROM about
    QUALIFY rank() OVER (
        PARTITION BY return_code, period_start, source ORDER BY edition_on DESC NULLS LAST, edition_version DESC
    ) = 1
)
SELECT n.return_code, n.period_start, f.format, sum(f.rows_in_file / n.periods_in_file) AS rows_in_files,
       row_number() OVER (PARTITION BY n.return_code, f.format ORDER BY n.period_start) AS place
FROM newest AS n JOIN data.loaded_file AS f USING (file_id)
GROUP BY n.return_code, n.period_start, f.format;

CREATE OR REPLACE TEMP TABLE fewer_rows AS
SELECT f.period_id, n.rows_in_files AS found, median(b.rows_in_files) AS usual, count(*) AS periods
FROM published_rows AS n
JOIN published_rows AS b
    ON b.return_code = n.return_code AND b.format = n.format AND b.place BETWEEN n.place - 6 AND n.place - 1
JOIN feed AS f ON f.return_code = n.return_code AND f.period_start = n.period_start
GROUP BY f.period_id, n.format, n.rows_in_files
HAVING count(*) >= 3 AND median(b.rows_in_files) >= (SELECT short_min_organisations FROM question)
   AND n.rows_in_files < (SELECT short_min_share FROM question) * median(b.rows_in_files) - 1e-9;

DROP TABLE published_rows;

-- name: short_feed
-- Of what short_feed_suspects.sql found: whether it is short beside what had come at the same age, and who is held back.

-- Each suspect beside itself and the periods before it, each with the day by which something had to come to be compared.
CREATE OR REPLACE TEMP TABLE beside_suspect AS
SELECT n.period_id, b.period_id AS seen_id, b.return_code, b.period_start, n.supplier_kind,
       CAST(b.due_on + CAST(date_diff('day', n.due_on, q.as_of) AS INTEGER) AS DATE) AS until_on
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
    -- With one supplier alone, its gap cannot be distinguished from a short feed: it counts as its gap.
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

-- Organisations that neither made an attempt nor are named; a known incident explains it better.
CREATE OR REPLACE TEMP TABLE silent AS
SELECT expected_id, period_id FROM status_judged
WHERE status = 'not_received' AND attempts = 0 AND evidence_outcome IS NULL
  AND period_id IN (SELECT period_id FROM short_measure WHERE released_at IS NULL)
  AND NOT EXISTS (
      SELECT 1 FROM applying_notice AS n WHERE n.kind = 'incident' AND n.expected_id = status_judged.expected_id
  );

CREATE OR REPLACE TEMP TABLE status_judged AS
SELECT j.* EXCLUDE (status, not_known_cause),
       CASE WHEN s.expected_id IS NULL THEN j.status ELSE 'not_known' END AS status,
       CASE WHEN s.expected_id IS NULL THEN j.not_known_cause ELSE 'source_incomplete' END AS not_known_cause
FROM status_judged AS j
LEFT JOIN silent AS s ON s.expected_id = j.expected_id;

CREATE OR REPLACE TEMP TABLE short_feed AS
SELECT m.*, coalesce(s.not_known, 0) AS not_known
FROM short_measure AS m
LEFT JOIN (SELECT period_id, count(*) AS not_known FROM silent GROUP BY period_id) AS s
    ON s.period_id = m.period_id;

DROP TABLE short_measure;
DROP TABLE silent;
DROP TABLE first_attempt;
DROP TABLE heard_by_age;
DROP TABLE heard_of_supplier;

-- name: short_feed_none
-- Where nothing could be short.
CREATE OR REPLACE TEMP TABLE short_feed AS SELECT CAST(NULL AS INTEGER) AS period_id, * FROM data.short_feed LIMIT 0;

-- name: short_feeds
-- What looked short at the last check, the newest period first; and what was decided about it last, be it since then.
SELECT f.return_code, f.period_start, f.measure, f.found, f.usual, f.periods_compared, f.not_known,
       d.decision, d.decided_at, d.author, d.reason
FROM data.short_feed AS f
LEFT JOIN (
    FROM data.feed_decision
    QUALIFY row_number() OVER (PARTITION BY return_code, period_start ORDER BY decision_number DESC) = 1
) AS d ON d.return_code = f.return_code AND d.period_start = f.period_start
ORDER BY f.period_start DESC, f.return_code, f.measure

-- name: feed_decisions
-- What is entered of each decision about a feed that looked short.
SELECT decision_number, return_code, CAST(period_start AS VARCHAR) AS period_start, decision, author, reason
FROM data.feed_decision ORDER BY decision_number
