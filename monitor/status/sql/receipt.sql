-- What had arrived by the day asked about for each expected return: the first receipt, the attempts, published evidence.
--
-- The row that decides is the first receipt, else the last rejected attempt; of several at that instant the first loaded.
-- One number puts the attempts in that order, so that one pass over the log finds it: receipts before rejections,
-- then the instant (of rejections the latest first), then file and row: attempt_order in macros.sql.
-- Submissions of periodic returns and declarations, by what they say of themselves.
CREATE OR REPLACE TEMP TABLE attempt_by_period AS
SELECT p.period_id, o.organisation_number, CAST(count(*) AS INTEGER) AS attempts,
       min(CASE WHEN s.outcome IN ('accepted', 'nil') THEN s.submitted_at END) AS received_at,
       max(CASE WHEN s.outcome = 'rejected' THEN s.submitted_at END) AS rejected_at,
       arg_min(place_of(s.file_id, s.row_number),
               attempt_order(s.outcome, s.submitted_at, place_of(s.file_id, s.row_number))) AS place,
       arg_min_null(s.record_count,
               attempt_order(s.outcome, s.submitted_at, place_of(s.file_id, s.row_number))) AS record_count
FROM data.submission_attempt AS s
JOIN period_fact AS p
    ON p.return_code = s.return_code AND p.period_start = s.period_start AND p.kind IN ('periodic', 'declaration')
JOIN (SELECT DISTINCT organisation_code, organisation_number FROM organisation_fact) AS o
    ON o.organisation_code = s.organisation_code
CROSS JOIN question
WHERE s.submitted_on <= question.as_of
GROUP BY p.period_id, o.organisation_number;

-- Submissions that answer a request: by its id, else by organisation, return and day of the request.
CREATE OR REPLACE TEMP TABLE attempt_by_request AS
WITH
dated AS (
    SELECT s.* FROM data.submission_attempt AS s
    JOIN mandatory_return AS r ON r.return_code = s.return_code AND r.kind = 'on_request'
    CROSS JOIN question
    WHERE s.submitted_on <= question.as_of
),
asked AS (
    SELECT e.expected_id, e.organisation_code, e.return_code, e.period_start, e.request_id
    FROM expected_return AS e WHERE e.kind = 'on_request'
),
by_id AS (
    SELECT a.expected_id, d.*
    FROM dated AS d JOIN asked AS a
        ON a.organisation_code = d.organisation_code AND a.return_code = d.return_code AND a.request_id = d.request_id
),
by_day AS (
    SELECT a.expected_id, d.*
    FROM dated AS d JOIN asked AS a
        ON a.organisation_code = d.organisation_code AND a.return_code = d.return_code AND a.period_start = d.period_start
    -- One that names a request belongs to that request and to no other, also where nothing is expected for it.
    WHERE NOT EXISTS (
        SELECT 1 FROM current_request AS q CROSS JOIN question
        WHERE q.organisation_code = d.organisation_code AND q.return_code = d.return_code
          AND q.request_id = d.request_id AND q.requested_on <= question.as_of
    )
)
SELECT * FROM by_id UNION ALL SELECT * FROM by_day;

-- Events: every one that happened in the contract year. What is of other returns is left out first: most of a log is.
CREATE OR REPLACE TEMP TABLE attempt_by_event AS
SELECT e.expected_id, s.*
FROM data.submission_attempt AS s
JOIN mandatory_return AS r ON r.return_code = s.return_code AND r.kind = 'event'
JOIN expected_return AS e
    ON e.organisation_code = s.organisation_code AND e.return_code = s.return_code AND e.kind = 'event'
    AND s.period_start BETWEEN e.period_start AND e.period_end
CROSS JOIN question
WHERE s.submitted_on <= question.as_of;

CREATE OR REPLACE TEMP TABLE attempt_one_by_one AS
SELECT expected_id, CAST(count(*) AS INTEGER) AS attempts,
       min(CASE WHEN outcome IN ('accepted', 'nil') THEN submitted_at END) AS received_at,
       max(CASE WHEN outcome = 'rejected' THEN submitted_at END) AS rejected_at,
       arg_min(place_of(file_id, row_number),
               attempt_order(outcome, submitted_at, place_of(file_id, row_number))) AS place,
       arg_min_null(record_count,
               attempt_order(outcome, submitted_at, place_of(file_id, row_number))) AS record_count
FROM (SELECT * FROM attempt_by_request UNION ALL SELECT * FROM attempt_by_event) AS attempt
GROUP BY expected_id;

DROP TABLE attempt_by_request;
DROP TABLE attempt_by_event;

-- Once, because the view brings together tables of every publication, and to plan it takes longer than to read a little.
CREATE OR REPLACE TEMP TABLE evidence AS
SELECT p.*, f.regions, f.edition_on, f.edition_version
FROM data.published_evidence AS p
JOIN data.loaded_file AS f ON f.file_id = p.file_id
WHERE p.return_code IN (SELECT return_code FROM worked_out);

-- Of each publication what its newest edition says of the organisation: a later one restates the months before.
-- Of several rows or files of one edition, one that shows data is enough.
CREATE OR REPLACE TEMP TABLE newest_evidence AS
SELECT p.organisation_code, p.return_code, p.period_start, p.source, t.trust, t.absence_tells,
       p.outcome, p.record_count, p.participating, p.detail, p.parts_missing, p.file_id, p.row_number
FROM evidence AS p
JOIN data.published_source AS t USING (source, return_code)
QUALIFY row_number() OVER (
    PARTITION BY p.organisation_code, p.return_code, p.period_start, p.source
    ORDER BY p.edition_on DESC NULLS LAST, p.edition_version DESC,
             CASE p.outcome WHEN 'accepted' THEN 1 WHEN 'suppressed' THEN 2 ELSE 3 END, p.record_count IS NULL,
             p.file_id DESC, p.row_number DESC
) = 1;

CREATE OR REPLACE TEMP TABLE stated_evidence AS
SELECT e.expected_id, p.source, p.trust, p.outcome, p.record_count, p.participating, p.detail,
       -- Of appointments without a category, only a share above the one that the return's file states.
       CASE WHEN x.uncategorised <= coalesce(r.most_unmapped, 1) * x.categorised THEN '' ELSE p.parts_missing END AS parts_missing,
       p.file_id, p.row_number
FROM expected_return AS e
JOIN newest_evidence AS p USING (organisation_code, return_code, period_start)
JOIN mandatory_return AS r USING (return_code)
LEFT JOIN data.appointments_annex_row AS x
    ON p.source = 'appointments_annex' AND x.file_id = p.file_id AND x.row_number = p.row_number;

-- Call-backs that a supplier does not send: none is counted of any of its practices. One practice without is no sign of it.
CREATE OR REPLACE TEMP TABLE without_call_backs AS
WITH
counted AS (
    SELECT s.expected_id, e.period_start, e.supplier_keys, t.call_backs
    FROM stated_evidence AS s
    JOIN expected_return AS e USING (expected_id)
    JOIN data.telephony_summary_row AS t ON t.file_id = s.file_id AND t.row_number = s.row_number
    WHERE s.source = 'telephony_summary'
),
without AS (
    SELECT c.period_start, k.supplier_key
    FROM counted AS c JOIN data.supplier_set AS k USING (supplier_keys)
    GROUP BY c.period_start, k.supplier_key
    HAVING count(c.call_backs) >= (SELECT supplier_min_organisations FROM question) AND max(c.call_backs) = 0
)
SELECT DISTINCT c.expected_id
FROM counted AS c
JOIN data.supplier_set AS k USING (supplier_keys)
JOIN without AS w ON w.period_start = c.period_start AND w.supplier_key = k.supplier_key
WHERE c.call_backs = 0;

-- Data shown by any publication are data; failing that, the most trusted publication holds.
CREATE OR REPLACE TEMP TABLE current_evidence AS
SELECT expected_id, outcome, record_count, file_id, row_number,
       first_value(participating) OVER (
           PARTITION BY expected_id ORDER BY participating IS NULL, trust, source
       ) AS participating,
       -- Of the publications that show data, the most trusted one that shows it.
       first_value(CASE WHEN outcome = 'accepted' THEN parts_missing END) OVER (
           PARTITION BY expected_id ORDER BY outcome <> 'accepted' OR parts_missing IS NULL, trust, source
       ) AS parts_missing
FROM stated_evidence
QUALIFY row_number() OVER (PARTITION BY expected_id ORDER BY outcome <> 'accepted', trust, source) = 1;

-- Which regions of a publication in parts are in, for each month that it has a row about. Practices of a region that has
-- no row at all show that its part is not in, whatever the files are called.
CREATE OR REPLACE TEMP TABLE published_reach AS
WITH
about AS (
    SELECT DISTINCT source, return_code, period_start, file_id, regions FROM evidence
),
named_region AS (
    SELECT source, return_code, period_start,
           bool_or(regions IS NULL) AS has_whole_file,
           count(DISTINCT region_code) FILTER (region_code <> '') AS regions_in
    FROM (SELECT *, unnest(string_split(coalesce(regions, ''), ';')) AS region_code FROM about) AS part
    GROUP BY source, return_code, period_start
),
expected_region AS (
    SELECT e.return_code, e.period_start, o.region_code
    FROM expected_return AS e
    JOIN organisation_fact AS o USING (span_id)
    WHERE o.region_code IS NOT NULL
      AND e.return_code IN (SELECT return_code FROM data.published_source WHERE has_parts)
    GROUP BY e.return_code, e.period_start, o.region_code
    HAVING count(*) >= (SELECT supplier_min_organisations FROM question)
),
shown_region AS (
    SELECT DISTINCT s.source, e.return_code, e.period_start, o.region_code
    FROM stated_evidence AS s
    JOIN expected_return AS e USING (expected_id)
    JOIN organisation_fact AS o USING (span_id)
),
without_rows AS (
    SELECT DISTINCT n.source, n.return_code, n.period_start
    FROM named_region AS n
    JOIN expected_region AS x USING (return_code, period_start)
    LEFT JOIN shown_region AS s USING (source, return_code, period_start, region_code)
    WHERE s.region_code IS NULL
)
SELECT n.source, n.return_code, n.period_start, t.absence_tells,
       NOT t.has_parts OR ((n.has_whole_file OR n.regions_in = 7) AND w.source IS NULL) AS is_whole
FROM named_region AS n
JOIN data.published_source AS t USING (source, return_code)
LEFT JOIN without_rows AS w USING (source, return_code, period_start);

-- What is loaded about a return and period, from anyone.
--   is_partial     only parts of what was published are in: who is not in them is not known
--   absence_tells  an organisation that is not in what is loaded has sent nothing: a log of submissions, or a publication that names all
CREATE OR REPLACE TEMP TABLE loaded_source AS
WITH loaded AS (
    SELECT DISTINCT s.return_code, s.period_start, NULL AS is_whole, TRUE AS absence_tells
    FROM data.submission_attempt AS s CROSS JOIN question
    WHERE s.submitted_on <= question.as_of AND s.return_code IN (SELECT return_code FROM worked_out)
    UNION ALL
    SELECT return_code, period_start, is_whole, is_whole AND absence_tells FROM published_reach
)
SELECT return_code, period_start,
       coalesce(NOT bool_or(is_whole), FALSE) AS is_partial, bool_or(absence_tells) AS absence_tells
FROM loaded GROUP BY return_code, period_start;

-- Returns on request of which any answer is loaded, from anyone. A list of requests alone says nothing of the answers.
CREATE OR REPLACE TEMP TABLE answered_return AS
SELECT DISTINCT s.return_code
FROM data.submission_attempt AS s
JOIN mandatory_return AS r ON r.return_code = s.return_code AND r.kind = 'on_request'
CROSS JOIN question
WHERE s.submitted_on <= question.as_of;

-- Expected returns that a rejected row of a log or of notices may be about: of that period or request, or of the days that
-- it names; where it names none, of any.
-- A good row about the same that was loaded later and is dated by the day asked about stands in its place.
CREATE OR REPLACE TEMP TABLE in_doubt AS
WITH
replaced AS (
    SELECT DISTINCT d.file_id, d.row_number
    FROM data.rejected_standing AS d
    JOIN data.submission_row AS s
        ON s.organisation_code = d.organisation_code AND s.return_code = d.return_code
        AND (s.period_start = d.period_on OR s.request_id = d.request_id)
    JOIN data.loaded_file AS f ON f.file_id = s.file_id
    CROSS JOIN question
    WHERE s.submitted_on <= question.as_of AND f.loaded_at > d.first_loaded_at AND NOT d.is_notice
),
standing AS (
    SELECT DISTINCT d.organisation_code, d.return_code, d.period_on, d.request_id, d.from_on, d.to_on
    FROM data.rejected_standing AS d
    LEFT JOIN replaced AS x ON x.file_id = d.file_id AND x.row_number = d.row_number
    WHERE x.file_id IS NULL
),
-- With each organisation and return that it may be about, where it names only one of them.
named AS (
    SELECT organisation_code, return_code, period_on, request_id, from_on, to_on
    FROM standing WHERE organisation_code IS NOT NULL AND return_code IS NOT NULL
    UNION ALL
    SELECT d.organisation_code, r.return_code, d.period_on, d.request_id, d.from_on, d.to_on
    FROM standing AS d CROSS JOIN mandatory_return AS r
    WHERE d.organisation_code IS NOT NULL AND d.return_code IS NULL
    UNION ALL
    SELECT o.organisation_code, d.return_code, d.period_on, d.request_id, d.from_on, d.to_on
    FROM standing AS d CROSS JOIN (SELECT DISTINCT organisation_code FROM organisation_fact) AS o
    WHERE d.organisation_code IS NULL AND d.return_code IS NOT NULL
)
SELECT DISTINCT e.expected_id
FROM named AS d
JOIN expected_return AS e ON e.organisation_code = d.organisation_code AND e.return_code = d.return_code
WHERE (
   CASE WHEN e.kind = 'on_request' THEN e.request_id = d.request_id ELSE FALSE END
   OR CASE WHEN d.period_on IS NOT NULL THEN d.period_on BETWEEN e.period_start AND e.period_end
           ELSE (e.kind <> 'on_request' OR d.request_id IS NULL)
               AND coalesce(d.from_on <= e.period_end, TRUE) AND coalesce(d.to_on >= e.period_end, TRUE) END
)
UNION
-- Whether it is owed at all, where the register's word on that could not be read.
SELECT e.expected_id
FROM data.register_in_doubt AS v
JOIN expected_return AS e ON e.organisation_code = v.organisation_code
WHERE v.column_name = 'opened_on'
   OR v.column_name = 'closed_on' AND e.period_end >= v.from_on
   OR v.column_name = 'contract_type' AND e.period_end >= v.from_on AND e.owed_by = 'practice' AND e.contract_types <> ''
      AND NOT (contains(e.contract_types, ';GMS;') AND contains(e.contract_types, ';PMS;')
               AND contains(e.contract_types, ';APMS;'));

-- Whom a publication that does not list everyone showed with data in one of the three periods before, and does not name
-- now: these are the ones to ask about.
CREATE OR REPLACE TEMP TABLE no_longer_published AS
SELECT DISTINCT e.expected_id
FROM expected_return AS e
JOIN published_reach AS r
    ON r.return_code = e.return_code AND r.period_start = e.period_start AND r.is_whole AND NOT r.absence_tells
JOIN newest_evidence AS b
    ON b.organisation_code = e.organisation_code AND b.return_code = e.return_code AND b.source = r.source
    AND b.outcome = 'accepted' AND b.period_start < e.period_start
    AND b.period_start >= CASE e.period WHEN 'month' THEN e.period_start - INTERVAL 3 MONTH
                                        WHEN 'quarter' THEN e.period_start - INTERVAL 9 MONTH
                                        ELSE e.period_start - INTERVAL 36 MONTH END
LEFT JOIN newest_evidence AS n
    ON n.organisation_code = e.organisation_code AND n.return_code = e.return_code
    AND n.period_start = e.period_start AND n.source = r.source
WHERE n.organisation_code IS NULL;

-- ICBs of which a publication that names all does not name one practice, in months of which nobody keeps a log: a copy that
-- somebody filtered or a program cut off, rather than an ICB that sent nothing.
CREATE OR REPLACE TEMP TABLE unnamed_icb AS
WITH
judged AS (
    SELECT DISTINCT return_code, period_start FROM published_reach WHERE is_whole AND absence_tells
    EXCEPT
    SELECT s.return_code, s.period_start FROM data.submission_attempt AS s CROSS JOIN question
    WHERE s.submitted_on <= question.as_of
)
SELECT e.return_code, e.period_start, e.icb_code
FROM expected_return AS e
JOIN judged USING (return_code, period_start)
LEFT JOIN stated_evidence AS s USING (expected_id)
WHERE e.icb_code IS NOT NULL
GROUP BY e.return_code, e.period_start, e.icb_code
HAVING count(s.expected_id) = 0
   AND count(DISTINCT e.organisation_number) >= (SELECT supplier_min_organisations FROM question);

-- Areas of which we hold fewer practices than were published as included: our files are incomplete there.
CREATE OR REPLACE TEMP TABLE incomplete_area AS
SELECT 'appointments' AS return_code, period_start, sub_icb_code FROM data.appointments_coverage WHERE difference < 0;
