-- A practice row of the Online Consultation workbook. A hidden figure (*) is no figure, which is not the same as zero.
-- "None/Unknown" and "No Data" name no supplier. Participation: 1 agreed, 0 not agreed, * hidden, absent before June 2024.
SELECT row_number, carried, day_of(text_of(period_start)) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code, text_of(pcn_name) AS pcn_name,
       published_area_of(sub_icb_code) AS sub_icb_code, text_of(sub_icb_name) AS sub_icb_name, published_area_of(icb_code) AS icb_code,
       text_of(icb_name) AS icb_name, published_region_of(region_code) AS region_code,
       published_supplier_of(supplier) AS supplier,
       whole_number_of(text_of(submissions)) AS submissions, whole_number_of(text_of(list_size)) AS list_size,
       CASE text_of(participation) WHEN '1' THEN TRUE WHEN '0' THEN FALSE END AS participating,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(period_start) IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN day_of(text_of(period_start)) IS NULL THEN 'bad_date:period_start'
           WHEN day(day_of(text_of(period_start))) <> 1 THEN 'period_not_of_return:period_start'
           WHEN text_of(submissions) IS NOT NULL AND text_of(submissions) <> '*'
                AND whole_number_of(submissions) IS NULL THEN 'bad_number:submissions'
           WHEN text_of(participation) NOT IN ('1', '0', '*') THEN 'bad_number:participation'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
