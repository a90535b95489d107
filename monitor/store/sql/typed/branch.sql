-- A row of ebranchs: a branch surgery, and the practice that it belongs to. A branch owes nothing of its own.
SELECT row_number, carried, code_of(branch_code) AS branch_code, text_of(branch_name) AS branch_name,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       code_of(organisation_code) AS organisation_code,
       CASE
           WHEN code_of(branch_code) IS NULL THEN 'missing_value:branch_code'
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
