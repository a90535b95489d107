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
FROM data.submission_row AS s
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
    SELECT s.* FROM data.submission_row AS s
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

-- Events: every one that happened in the contract year.
CREATE OR REPLACE TEMP TABLE attempt_by_event AS
SELECT e.expected_id, s.*
FROM data.submission_row AS s
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

CREATE OR REPLACE TEMP TABLE current_evidence AS
WITH
ranked AS (
    SELECT e.expected_id, p.*,
           row_number() OVER (
               PARTITION BY e.expected_id
               ORDER BY CASE p.outcome WHEN 'accepted' THEN 1 WHEN 'suppressed' THEN 2 ELSE 3 END,
                        p.file_id DESC, p.row_number DESC
           ) AS choice,
           first_value(p.participating) OVER (
               PARTITION BY e.expected_id ORDER BY p.file_id DESC, p.row_number DESC
           ) AS latest_participating
    FROM expected_return AS e
    JOIN data.published_evidence AS p USING (organisation_code, return_code, period_start)
)
SELECT expected_id, outcome, record_count, file_id, row_number, latest_participating AS participating
FROM ranked WHERE choice = 1;

-- A return and period about which anything at all was loaded, from anyone.
CREATE OR REPLACE TEMP TABLE loaded_source AS
SELECT DISTINCT s.return_code, s.period_start
FROM data.submission_row AS s CROSS JOIN question
WHERE s.submitted_on <= question.as_of
UNION
SELECT DISTINCT return_code, period_start FROM data.published_evidence;
