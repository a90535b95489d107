-- name: typed_online_consultation
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

-- name: typed_online_consultation_metric
-- A line of the long file of online consultations: one metric of a practice, month and supplier. A hidden figure (*) is
-- no figure, which is not the same as zero. Metrics that are not used may hold anything.
SELECT row_number, carried, period_start, CASE WHEN is_practice THEN organisation_code END AS organisation_code,
       pcn_code, sub_icb_code, icb_code, region_code, supplier, metric, value,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN metric IS NULL THEN 'missing_value:metric'
           WHEN NOT is_practice AND NOT names_no_practice(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN value IS NULL AND value_text <> '*'
                AND metric IN ('OC_PARTICIPATION', 'OC_TOTAL_SUBMISSIONS', 'PATIENTS_REGISTERED') THEN 'bad_number:value'
       END AS fault
FROM (
    SELECT *, is_organisation_code(organisation_code) AS is_practice, published_month_of(period_text) AS period_start,
           whole_number_of(value_text) AS value
    FROM (
        SELECT row_number, staged AS carried, text_of(period_start) AS period_text,
               code_of(organisation_code) AS organisation_code, published_pcn_of(pcn_code) AS pcn_code,
               published_area_of(sub_icb_code) AS sub_icb_code, published_area_of(icb_code) AS icb_code,
               published_region_of(region_code) AS region_code, published_supplier_of(supplier) AS supplier,
               upper(text_of(metric)) AS metric, text_of(value) AS value_text
        FROM staged
    ) AS cleaned
) AS typed

-- name: typed_telephony_calls
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

-- name: typed_telephony_participation
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

-- name: typed_telephony_summary
-- A practice row of the telephony summary workbook. The practice is there because calls of it were counted: the figure
-- itself may be hidden. The ICB is kept as published, and known to be wrong in some rows.
SELECT row_number, carried, day_of(text_of(period_start)) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code,
       published_area_of(sub_icb_code) AS sub_icb_code, published_area_of(icb_code) AS icb_code, published_region_of(region_code) AS region_code,
       whole_number_of(text_of(inbound_calls)) AS inbound_calls, whole_number_of(text_of(call_backs)) AS call_backs,
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
