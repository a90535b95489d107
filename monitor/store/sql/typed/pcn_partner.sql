-- A row of the second sheet of the ePCN workbook: a practice's membership of a PCN, from and to.
SELECT row_number, carried, code_of(organisation_code) AS organisation_code, text_of(organisation_name) AS organisation_name,
       code_of(practice_sub_icb_code) AS practice_sub_icb_code, code_of(pcn_code) AS pcn_code,
       code_of(pcn_sub_icb_code) AS pcn_sub_icb_code,
       published_day_of(text_of(from_on)) AS from_on, published_day_of(text_of(to_on)) AS to_on,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN code_of(pcn_code) IS NULL THEN 'missing_value:pcn_code'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN NOT is_organisation_code(code_of(pcn_code)) THEN 'bad_code:pcn_code'
           WHEN text_of(from_on) IS NOT NULL AND published_day_of(from_on) IS NULL THEN 'bad_date:from_on'
           WHEN text_of(to_on) IS NOT NULL AND published_day_of(to_on) IS NULL THEN 'bad_date:to_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
