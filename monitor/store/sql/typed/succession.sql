-- A row of succ: which organisation came after another, from when. Organisations of every kind: codes of many shapes.
SELECT row_number, carried, code_of(organisation_code) AS organisation_code, code_of(successor_code) AS successor_code,
       code_of(reason_code) AS reason_code, published_day_of(text_of(effective_on)) AS effective_on,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN code_of(successor_code) IS NULL THEN 'missing_value:successor_code'
           WHEN text_of(effective_on) IS NULL THEN 'missing_value:effective_on'
           WHEN published_day_of(text_of(effective_on)) IS NULL THEN 'bad_date:effective_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
