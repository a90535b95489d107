-- A practice row of the National Diabetes Audit. That the row is there proves that data came: a figure that is hidden or
-- rounded away does not matter. The quarter is the reader's, from a title or the file's name.
SELECT row_number, carried, day_of(quarter_start) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, whole_number_of(text_of(registrations)) AS registrations,
       CASE WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code' END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
