-- The figures of a practice, contract year and return as one row; those of indicators of no return as another.
SELECT min(number) AS row_number, period_start, organisation_code, return_code, count(*) FILTER (is_shown) AS figures_shown,
       count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code, return_code
