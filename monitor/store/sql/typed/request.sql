-- A row of a requests file. Bound: the known returns.
SELECT row_number, carried, request_id, organisation_code, return_code,
       day_of(requested_on_text) AS requested_on, day_of(due_on_text) AS due_on, subject,
       CASE
           WHEN request_id IS NULL THEN 'missing_value:request_id'
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN requested_on_text IS NULL THEN 'missing_value:requested_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN day_of(requested_on_text) IS NULL THEN 'bad_date:requested_on'
           WHEN due_on_text IS NOT NULL AND day_of(due_on_text) IS NULL THEN 'bad_date:due_on'
           WHEN day_of(due_on_text) < day_of(requested_on_text) THEN 'bad_date:due_on'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, text_of(request_id) AS request_id, code_of(organisation_code) AS organisation_code,
           lower(text_of(return_code)) AS return_code, text_of(requested_on) AS requested_on_text,
           text_of(due_on) AS due_on_text, text_of(subject) AS subject
    FROM staged
) AS cleaned
