-- What had arrived by the day asked about for each expected return: the first receipt, the attempts, published evidence.

-- Submissions of periodic returns and declarations, by what they say of themselves.
CREATE OR REPLACE TEMP TABLE attempt_by_period AS
SELECT s.organisation_code, s.return_code, s.period_start,
       count(*) AS attempts,
       min(CASE WHEN s.outcome IN ('accepted', 'nil') THEN s.submitted_at END) AS received_at,
       max(CASE WHEN s.outcome = 'rejected' THEN s.submitted_at END) AS rejected_at
FROM data.submission_row AS s
CROSS JOIN question
WHERE s.submitted_on <= question.as_of
GROUP BY s.organisation_code, s.return_code, s.period_start;

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

CREATE OR REPLACE TEMP TABLE attempt AS
WITH
one_by_one AS (
    SELECT * FROM attempt_by_request UNION ALL SELECT * FROM attempt_by_event
)
SELECT e.expected_id, a.attempts, a.received_at, a.rejected_at
FROM expected_return AS e
JOIN attempt_by_period AS a USING (organisation_code, return_code, period_start)
WHERE e.kind IN ('periodic', 'declaration')
UNION ALL
SELECT expected_id, count(*),
       min(CASE WHEN outcome IN ('accepted', 'nil') THEN submitted_at END),
       max(CASE WHEN outcome = 'rejected' THEN submitted_at END)
FROM one_by_one GROUP BY expected_id;

-- The row that decides: the first receipt, else the last rejected attempt (of several at that instant the first loaded).
CREATE OR REPLACE TEMP TABLE deciding_submission AS
WITH
decided AS (
    SELECT a.expected_id, e.organisation_code, e.return_code, e.period_start, e.kind,
           coalesce(a.received_at, a.rejected_at) AS submitted_at, a.received_at IS NOT NULL AS is_receipt
    FROM attempt AS a JOIN expected_return AS e USING (expected_id)
),
candidate AS (
    SELECT d.expected_id, s.file_id, s.row_number, s.record_count
    FROM data.submission_row AS s
    JOIN decided AS d USING (organisation_code, return_code, period_start, submitted_at)
    WHERE d.kind IN ('periodic', 'declaration') AND (s.outcome IN ('accepted', 'nil')) = d.is_receipt
    UNION ALL
    SELECT d.expected_id, s.file_id, s.row_number, s.record_count
    FROM (SELECT * FROM attempt_by_request UNION ALL SELECT * FROM attempt_by_event) AS s
    JOIN decided AS d USING (expected_id, submitted_at)
    WHERE (s.outcome IN ('accepted', 'nil')) = d.is_receipt
),
-- One number orders by file, then row: a file holds fewer than 2^40 rows.
first_loaded AS (
    SELECT expected_id, min(file_id * 1099511627776 + row_number) AS place FROM candidate GROUP BY expected_id
)
SELECT c.expected_id, c.file_id, c.row_number, c.record_count
FROM candidate AS c
JOIN first_loaded AS f ON f.expected_id = c.expected_id AND f.place = c.file_id * 1099511627776 + c.row_number;

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
SELECT DISTINCT return_code, period_start FROM attempt_by_period
UNION
SELECT DISTINCT return_code, period_start FROM data.published_evidence;
