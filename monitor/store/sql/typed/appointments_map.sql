-- A line of the mapping beside the appointments crosstab: where a practice belongs, and its clinical supplier. It says
-- nothing about appointments.
SELECT row_number, carried, period_start, CASE WHEN is_practice THEN organisation_code END AS organisation_code,
       organisation_name, pcn_code, sub_icb_code, icb_code, region_code, supplier,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN NOT is_practice AND NOT names_no_practice(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
       END AS fault
FROM (
    SELECT *, is_organisation_code(organisation_code) AS is_practice
    FROM (
        SELECT row_number, staged AS carried, published_month_of(text_of(period_start)) AS period_start,
               code_of(organisation_code) AS organisation_code, text_of(organisation_name) AS organisation_name,
               published_pcn_of(pcn_code) AS pcn_code, published_area_of(sub_icb_code) AS sub_icb_code,
               published_area_of(icb_code) AS icb_code, published_region_of(region_code) AS region_code,
               supplier_list(clinical_suppliers_of(supplier)) AS supplier
        FROM staged
    ) AS cleaned
) AS typed
