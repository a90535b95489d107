-- Every dated attempt to submit: of the submission logs, and of CQRS extracts for services that feed a mandatory return.
CREATE OR REPLACE VIEW data.submission_attempt AS
SELECT file_id, row_number, organisation_code, return_code, period_start, submitted_at, submitted_on, outcome,
       record_count, submission_id, request_id, detail
FROM data.submission_row
UNION ALL
SELECT file_id, row_number, organisation_code, return_code, period_start, submitted_at, submitted_on, 'accepted',
       rows_gathered, NULL, NULL, 'CQRS ' || quality_service || CASE WHEN is_last THEN '' ELSE ', since submitted again' END
FROM data.cqrs_extract_row
WHERE return_code IS NOT NULL;

-- Every statement of participation: of people's own files, and of CQRS for services that feed a mandatory return.
CREATE OR REPLACE VIEW data.participation_stated AS
SELECT file_id, row_number, organisation_code, return_code, state, from_on, to_on FROM data.participation_row
UNION ALL
SELECT file_id, row_number, organisation_code, return_code, 'accepted', from_on, to_on
FROM data.cqrs_participation_row
WHERE return_code IS NOT NULL;
