-- A submission log's row: text to values, and the first thing wrong with it. Bound: known returns and this instant.
-- No joins here: the order of the rows is the order of the file.
SELECT row_number, carried,
       organisation_code, return_code, period_start, submitted_at,
       submitted_on, outcome, record_count, submission_id, request_id, detail,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN period_start_text IS NULL THEN 'missing_value:period_start'
           WHEN submitted_at_text IS NULL THEN 'missing_value:submitted_at'
           WHEN outcome IS NULL THEN 'missing_value:outcome'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN return_number IS NULL THEN 'unknown_return:return_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN submitted_at IS NULL THEN 'bad_date:submitted_at'
           WHEN outcome NOT IN ('accepted', 'rejected', 'nil') THEN 'bad_outcome:outcome'
           WHEN record_count_text IS NOT NULL AND record_count IS NULL THEN 'bad_number:record_count'
           WHEN CASE $periods[return_number]
                    WHEN 'month' THEN day(period_start) <> 1
                    WHEN 'quarter' THEN day(period_start) <> 1 OR month(period_start) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(period_start) <> 1 OR month(period_start) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
           WHEN submitted_at > $loaded_at THEN 'submitted_in_future:submitted_at'
           WHEN submitted_on < period_start THEN 'before_period:submitted_at'
       END AS fault
FROM (
    SELECT *, day_of(period_start_text) AS period_start, list_position($return_codes, return_code) AS return_number,
           CAST(CASE WHEN local_time IS NOT NULL THEN local_time ELSE submitted_at AT TIME ZONE 'Europe/London' END AS DATE)
               AS submitted_on,
           whole_number_of(record_count_text) AS record_count
    FROM (SELECT *, CASE WHEN local_time IS NOT NULL THEN CAST(local_time AS TIMESTAMPTZ)
                         ELSE instant_of(submitted_at_text) END AS submitted_at
    FROM (SELECT *, plain_local_time_of(submitted_at_text) AS local_time FROM (
        SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, lower(text_of(return_code)) AS return_code,
               text_of(period_start) AS period_start_text, text_of(submitted_at) AS submitted_at_text,
               lower(text_of(outcome)) AS outcome, text_of(record_count) AS record_count_text,
               text_of(submission_id) AS submission_id, text_of(request_id) AS request_id, text_of(detail) AS detail
        FROM staged
    ) AS cleaned) AS with_local_time) AS with_instant
) AS typed
