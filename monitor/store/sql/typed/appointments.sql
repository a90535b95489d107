-- A line of the appointments crosstab: a count of one practice, month and kind of appointment. Only what decides is
-- typed here: the file has a million lines a month, and where a practice belongs is typed once gathered.
-- What is mapped to no practice is counted, and is about no practice.
SELECT row_number, carried, period_start, CASE WHEN is_practice THEN organisation_code END AS organisation_code,
       supplier, pcn_code, sub_icb_code, appointments,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_practice AND NOT names_no_practice(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN appointments_text IS NULL THEN 'missing_value:appointments'
           WHEN appointments IS NULL THEN 'bad_number:appointments'
       END AS fault
FROM (
    SELECT *, is_organisation_code(organisation_code) AS is_practice, published_month_of(period_text) AS period_start,
           whole_number_of(appointments_text) AS appointments
    FROM (
        SELECT row_number, staged AS carried, text_of(period_start) AS period_text,
               code_of(organisation_code) AS organisation_code, supplier, pcn_code, sub_icb_code,
               text_of(appointments) AS appointments_text
        FROM staged
    ) AS cleaned
) AS typed
