-- A row of gp-reg-pat-prac-all: a practice with a registered list on the day of the extract.
SELECT row_number, carried, published_day_of(text_of(extract_date)) AS extract_on, code_of(organisation_code) AS organisation_code,
       code_of(sub_icb_code) AS sub_icb_code, whole_number_of(text_of(number_of_patients)) AS number_of_patients,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(extract_date) IS NULL THEN 'missing_value:extract_date'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN published_day_of(text_of(extract_date)) IS NULL THEN 'bad_date:extract_date'
           WHEN text_of(number_of_patients) IS NOT NULL AND whole_number_of(number_of_patients) IS NULL
               THEN 'bad_number:number_of_patients'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
