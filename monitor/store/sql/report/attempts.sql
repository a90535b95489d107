-- The latest $most submissions of each organisation, the latest first; attempts counts all of them.
SELECT organisation_code, return_code, period_start, submitted_at, outcome, record_count, detail, is_published_evidence, file_name,
       row_number, count(*) OVER (PARTITION BY organisation_code) AS attempts
FROM submission
WHERE organisation_code IN (SELECT organisation_code FROM return_status)
WINDOW latest AS (PARTITION BY organisation_code ORDER BY submitted_at DESC NULLS LAST, period_start DESC, return_code, file_name, row_number)
QUALIFY row_number() OVER latest <= $most
ORDER BY organisation_code, submitted_at DESC NULLS LAST, period_start DESC, return_code, file_name, row_number
