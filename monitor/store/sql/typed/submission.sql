-- A submission log's row: text to values, and the first thing wrong with it. Bound: known returns and this instant.
-- No joins here: the order of the rows is the order of the file. Logs are long, and nearly every cell of them is written
-- the plainest way: that is asked first, of the cell as it stands, and only what is written otherwise is trimmed and read
-- closely. That is decided by CASE and not by OR, AND or coalesce, which work out all that they name for every row.
-- What is one of a few words becomes an ENUM, a byte a row: a long log does not fit into memory, and what is less need
-- not be written to disk.
SELECT row_number, carried,
       organisation_code, return_code, period_start, submitted_at, submitted_on, outcome, record_count,
       text_of(carried.submission_id) AS submission_id, text_of(carried.request_id) AS request_id,
       text_of(carried.detail) AS detail,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL AND text_of(carried.return_code) IS NULL THEN 'missing_value:return_code'
           WHEN period_start IS NULL AND text_of(carried.period_start) IS NULL THEN 'missing_value:period_start'
           WHEN submitted_at IS NULL AND text_of(carried.submitted_at) IS NULL THEN 'missing_value:submitted_at'
           WHEN outcome IS NULL AND text_of(carried.outcome) IS NULL THEN 'missing_value:outcome'
           WHEN NOT code_is_plain AND NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN return_code IS NULL THEN 'unknown_return:return_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN submitted_at IS NULL THEN 'bad_date:submitted_at'
           WHEN outcome IS NULL THEN 'bad_outcome:outcome'
           WHEN record_count IS NULL AND text_of(carried.record_count) IS NOT NULL THEN 'bad_number:record_count'
           WHEN CASE $periods[enum_code(return_code) + 1]
                    WHEN 'month' THEN day(period_start) <> 1
                    WHEN 'quarter' THEN day(period_start) <> 1 OR month(period_start) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(period_start) <> 1 OR month(period_start) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
           WHEN submitted_at > $loaded_at THEN 'submitted_in_future:submitted_at'
           WHEN submitted_on < period_start THEN 'before_period:submitted_at'
       END AS fault
FROM (
    SELECT *, CASE WHEN local_time IS NOT NULL THEN CAST(local_time AS DATE)
                  ELSE CAST(submitted_at AT TIME ZONE 'Europe/London' AS DATE) END AS submitted_on
    FROM (
        SELECT row_number, carried, code_is_plain, local_time, period_start,
               CASE WHEN code_is_plain THEN carried.organisation_code ELSE code_of(carried.organisation_code) END
                   AS organisation_code,
               CASE WHEN plain_return IS NOT NULL THEN plain_return
                    ELSE try_cast(lower(text_of(carried.return_code)) AS known_return) END AS return_code,
               CASE WHEN local_time IS NOT NULL THEN london_instant_of(local_time)
                    ELSE coalesce(CAST(plain_local_time_of(text_of(carried.submitted_at)) AS TIMESTAMPTZ),
                                  instant_of(text_of(carried.submitted_at))) END AS submitted_at,
               CASE WHEN plain_outcome IS NOT NULL THEN plain_outcome
                    ELSE try_cast(lower(text_of(carried.outcome)) AS ENUM ('accepted', 'rejected', 'nil'))
                    END AS outcome,
               CASE WHEN plain_count IS NOT NULL THEN plain_count
                    ELSE whole_number_of(text_of(carried.record_count)) END AS record_count
        FROM (
            SELECT row_number, staged AS carried,
                   is_organisation_code(organisation_code) AS code_is_plain,
                   try_cast(return_code AS known_return) AS plain_return,
                   try_cast(outcome AS ENUM ('accepted', 'rejected', 'nil')) AS plain_outcome,
                   plain_local_time_of(submitted_at) AS local_time,
                   whole_number_of(record_count) AS plain_count,
                   CASE WHEN period_start LIKE '2___-__-01' THEN try_cast(period_start AS DATE)
                        ELSE day_of(text_of(period_start)) END AS period_start
            FROM staged
        ) AS plain
    ) AS cleaned
) AS typed
