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
