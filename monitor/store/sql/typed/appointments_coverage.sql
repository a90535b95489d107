-- A line of the coverage of the appointments data: of a sub-ICB and month, how many practices are included, of how many.
SELECT row_number, carried, sub_icb_code, period_start, included_practices, open_practices, included_patients,
       open_patients,
       CASE
           WHEN sub_icb_code IS NULL THEN 'missing_value:sub_icb_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN included_practices IS NULL THEN 'bad_number:included_practices'
           WHEN open_practices IS NULL THEN 'bad_number:open_practices'
           WHEN included_patients IS NULL THEN 'bad_number:included_patients'
           WHEN open_patients IS NULL THEN 'bad_number:open_patients'
       END AS fault
FROM (
    SELECT *, published_month_of(period_text) AS period_start
    FROM (
        SELECT row_number, staged AS carried, code_of(sub_icb_code) AS sub_icb_code, text_of(period_start) AS period_text,
               whole_number_of(text_of(included_practices)) AS included_practices,
               whole_number_of(text_of(open_practices)) AS open_practices,
               whole_number_of(text_of(included_patients)) AS included_patients,
               whole_number_of(text_of(open_patients)) AS open_patients
        FROM staged
    ) AS cleaned
) AS typed
