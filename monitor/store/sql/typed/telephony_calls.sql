-- A figure of one practice, day (or month) and band. Only inbound calls (CBT001) are counted; of a layout that gives both
-- bands and their TOTAL each is summed apart. What belongs to no practice is kept for the count of rows.
SELECT row_number, carried, date_trunc('month', day_on)::DATE AS period_start, organisation_code,
       code_of(region_code) AS region_code, code_of(sub_icb_code) AS sub_icb_code, code_of(pcn_code) AS pcn_code,
       CASE WHEN is_inbound AND NOT is_total THEN calls END AS calls_in_band,
       CASE WHEN is_inbound AND is_total THEN calls END AS calls_in_total,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(date) IS NULL THEN 'missing_value:date'
           WHEN NOT is_organisation_code(organisation_code) AND NOT names_no_practice(organisation_code)
               THEN 'bad_code:organisation_code'
           WHEN day_on IS NULL THEN 'bad_date:date'
           WHEN value_text <> '*' AND calls IS NULL THEN 'bad_number:value'
       END AS fault
FROM (
    SELECT *, coalesce(day_of(date), published_day_of(text_of(date))) AS day_on,
           whole_number_of(value_text) AS calls,
           code_of(indicator) = 'CBT001' AS is_inbound, code_of(band) = 'TOTAL' AS is_total
    FROM (SELECT * REPLACE (code_of(organisation_code) AS organisation_code), staged AS carried, text_of(value) AS value_text
          FROM staged) AS cleaned
) AS measured
