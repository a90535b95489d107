-- A practice row of the telephony participation workbook: three flags, Yes or No. What is neither is not known; but no
-- word on a shared account, or "not applicable", says that there is none.
SELECT row_number, carried, day_of(text_of(period_start)) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code,
       published_area_of(sub_icb_code) AS sub_icb_code, published_region_of(region_code) AS region_code,
       yes_or_no_of(text_of(agreed)) AS agreed, yes_or_no_of(text_of(included)) AS included,
       CASE WHEN coalesce(lower(text_of(shared_account)), '-') IN ('-', 'na', 'n/a', 'not applicable') THEN FALSE
            ELSE yes_or_no_of(text_of(shared_account)) END AS shared_account,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(period_start) IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN day_of(text_of(period_start)) IS NULL THEN 'bad_date:period_start'
           WHEN day(day_of(text_of(period_start))) <> 1 THEN 'period_not_of_return:period_start'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
