-- When a practice's dementia data were last submitted. Blank or NA: never, as far as the file tells.
SELECT row_number, carried, organisation_code, latest_on,
       contract_year_of(latest_on) AS period_start, published_region_of(region_code) AS region_code, published_area_of(icb_code) AS icb_code,
       published_area_of(sub_icb_code) AS sub_icb_code, published_pcn_of(pcn_code) AS pcn_code,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN NOT is_organisation_code(organisation_code) AND NOT names_no_practice(organisation_code)
               THEN 'bad_code:organisation_code'
           WHEN latest_on IS NULL AND day_text NOT IN ('NA', 'N/A', 'NULL', '.', '-') THEN 'bad_date:latest_data_submission'
           WHEN latest_on > CAST($loaded_at AS DATE) THEN 'submitted_in_future:latest_data_submission'
       END AS fault
FROM (
    SELECT * REPLACE (code_of(organisation_code) AS organisation_code), staged AS carried,
           published_day_of(text_of(latest_data_submission)) AS latest_on, upper(text_of(latest_data_submission)) AS day_text
    FROM staged
) AS cleaned
