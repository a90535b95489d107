-- A row of epraccur, in the legacy vocabulary (setting 4, status A) or that of the Data Search and Export report
-- (setting RO76, sometimes piped with others; status ACTIVE). England by its region codes, not by the first letter:
-- W93019 has an English region. Codes of prescribers that are no GP practices have other shapes and are kept as they are.
SELECT row_number, carried, organisation_code, text_of(organisation_name) AS organisation_name,
       code_of(region_code) AS region_code, code_of(postcode_icb_code) AS postcode_icb_code,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       upper(text_of(status)) AS status, code_of(commissioner_code) AS sub_icb_code,
       published_day_of(text_of(joined_on)) AS joined_on, published_day_of(text_of(left_on)) AS left_on,
       coalesce(regexp_full_match(code_of(region_code), 'Y[0-9]{2}'), FALSE)
           AND contains('|' || coalesce(code_of(prescribing_setting), '') || '|', '|RO76|')
           OR coalesce(regexp_full_match(code_of(region_code), 'Y[0-9]{2}'), FALSE)
           AND coalesce(code_of(prescribing_setting), '') = '4' AS is_gp_practice,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
           WHEN text_of(joined_on) IS NOT NULL AND published_day_of(joined_on) IS NULL THEN 'bad_date:joined_on'
           WHEN text_of(left_on) IS NOT NULL AND published_day_of(left_on) IS NULL THEN 'bad_date:left_on'
       END AS fault
FROM (SELECT * REPLACE (code_of(organisation_code) AS organisation_code), staged AS carried FROM staged) AS cleaned
