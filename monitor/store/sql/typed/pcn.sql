-- A row of the first sheet of the ePCN workbook: a PCN.
SELECT row_number, carried, code_of(pcn_code) AS pcn_code, text_of(pcn_name) AS pcn_name, code_of(sub_icb_code) AS sub_icb_code,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       CASE
           WHEN code_of(pcn_code) IS NULL THEN 'missing_value:pcn_code'
           WHEN NOT is_organisation_code(code_of(pcn_code)) THEN 'bad_code:pcn_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
