-- A row of a participation file. Bound: the known returns.
SELECT row_number, carried, organisation_code, return_code, state, day_of(from_on_text) AS from_on, day_of(to_on_text) AS to_on,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN state IS NULL THEN 'missing_value:state'
           WHEN from_on_text IS NULL THEN 'missing_value:from_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN state NOT IN ('accepted', 'pending', 'declined', 'withdrawn') THEN 'bad_code:state'
           WHEN day_of(from_on_text) IS NULL THEN 'bad_date:from_on'
           WHEN to_on_text IS NOT NULL AND day_of(to_on_text) IS NULL THEN 'bad_date:to_on'
           WHEN day_of(to_on_text) < day_of(from_on_text) THEN 'bad_date:to_on'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, lower(text_of(return_code)) AS return_code,
           lower(text_of(state)) AS state, text_of(from_on) AS from_on_text, text_of(to_on) AS to_on_text
    FROM staged
) AS cleaned
