-- A practice row of the telephony summary workbook. The practice is there because calls of it were counted: the figure
-- itself may be hidden. The ICB is kept as published, and known to be wrong in some rows.
SELECT row_number, carried, day_of(text_of(period_start)) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code,
       published_area_of(sub_icb_code) AS sub_icb_code, published_area_of(icb_code) AS icb_code, published_region_of(region_code) AS region_code,
       whole_number_of(text_of(inbound_calls)) AS inbound_calls,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(period_start) IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN day_of(text_of(period_start)) IS NULL THEN 'bad_date:period_start'
           WHEN day(day_of(text_of(period_start))) <> 1 THEN 'period_not_of_return:period_start'
           WHEN text_of(inbound_calls) IS NOT NULL AND text_of(inbound_calls) NOT IN ('*', '-')
                AND whole_number_of(text_of(inbound_calls)) IS NULL THEN 'bad_number:inbound_calls'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
