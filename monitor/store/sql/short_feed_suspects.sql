-- Where far less is loaded about a return and period than there was of the periods before, what is loaded looks cut short,
-- and whoever is not in it is not known. Method and limits: docs/methods.md, "A feed that looks short".
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
SELECT n.period_id, median(b.heard / b.required) * any_value(n.required) AS usual
FROM feed AS n
JOIN feed AS b ON b.return_code = n.return_code AND b.place BETWEEN n.place - 6 AND n.place - 1
GROUP BY n.period_id
HAVING count(*) >= 3
   AND usual >= (SELECT short_min_organisations FROM question) - 1e-9
   AND (any_value(n.heard) < (SELECT short_min_share FROM question) * usual - 1e-9
        OR any_value(n.heard) + 2 * (SELECT supplier_min_organisations FROM question) <= usual + 1e-9);

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
