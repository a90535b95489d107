-- name: named_row
-- The unexpected rows that are named while suites run, for the findings.
CREATE OR REPLACE TEMP TABLE named_row (return_code VARCHAR, expectation_number INTEGER, expected_id BIGINT);

-- name: check_view_of_return_status
-- The rows that one return's suite is run over.
CREATE OR REPLACE VIEW data.@view AS
SELECT * FROM data.return_status_row WHERE return_code = '@code'

-- name: check_view_of_submission
-- The submissions for the expected returns of one return, as the published view submission shows them, by the day asked
-- about: attempts from logs, and published evidence.
CREATE OR REPLACE VIEW data.@view AS
WITH
submission AS (
    SELECT organisation_code, return_code, period_start, submitted_at, outcome, record_count, submission_id, request_id,
           detail, NULL::BOOLEAN AS participating, FALSE AS is_published_evidence, file_id, row_number
    FROM data.submission_attempt
    WHERE return_code = '@code' AND submitted_on <= DATE '@as_of'
    UNION ALL
    SELECT organisation_code, return_code, period_start, NULL, outcome, record_count, NULL, NULL,
           NULL, participating, TRUE, file_id, row_number
    FROM data.published_evidence
    WHERE return_code = '@code'
)
SELECT r.expected_id, s.* EXCLUDE (file_id, row_number), TRUE AS is_matched, f.file_name, s.row_number
FROM submission AS s
JOIN data.loaded_file AS f ON f.file_id = s.file_id
JOIN data.return_status_row AS r
    ON r.return_code = s.return_code AND r.organisation_code = s.organisation_code
    AND CASE WHEN s.request_id IS NOT NULL AND r.request_id IS NOT NULL THEN s.request_id = r.request_id
             ELSE s.period_start BETWEEN r.period_start AND r.period_end END

-- name: returns_expected
-- Of some returns those of which at least one is expected.
SELECT DISTINCT return_code FROM data.return_status_row WHERE list_contains($codes, return_code)

-- name: counted_rows
-- How many rows there are, and how many an expectation does not accept, in one pass: to plan it takes longer than to count.
SELECT @counts FROM data.@view

-- name: keep_unexpected
INSERT INTO named_row SELECT DISTINCT $code, CAST($number AS INTEGER), expected_id FROM data.@view WHERE @where
