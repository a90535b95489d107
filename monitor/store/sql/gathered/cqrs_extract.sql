-- The fields of one submission as one row: of one practice, for one service, return and day of achievement, at one instant.
SELECT min(number) AS row_number, quality_service, organisation_code, return_code, achieved_on, period_start,
       submitted_at, submitted_on, bool_or(is_last) AS is_last, count(*) AS rows_gathered
FROM @rows
GROUP BY quality_service, organisation_code, return_code, achieved_on, period_start, submitted_at, submitted_on
