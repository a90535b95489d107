-- A practice's row of the detailed workforce file. What counts is what each *_SOURCE says; figures do not tell, because
-- trainees come from another system and a practice without direct patient care staff shows 0.
-- Figures: NA no records or none valid (since February 2023); 0 no data and ND invalid data (before).
-- Which month: the file's own year and month where someone added them, else that of its name.
SELECT row_number, carried, period_start, organisation_code, pcn_code, sub_icb_code, icb_code, region_code, list_size,
       gp_source, nurse_source, dpc_source, admin_source,
       gp_headcount, nurse_headcount, dpc_headcount, admin_headcount,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
       END AS fault
FROM (
    SELECT *, published_month_of(period_text) AS period_start
    FROM (
        SELECT row_number, staged AS carried,
               coalesce(text_of(period_start), text_of(year) || '-' || lpad(text_of(month), 2, '0')) AS period_text,
               code_of(organisation_code) AS organisation_code, published_pcn_of(pcn_code) AS pcn_code,
               published_area_of(sub_icb_code) AS sub_icb_code, published_area_of(icb_code) AS icb_code,
               published_region_of(region_code) AS region_code, whole_number_of(text_of(total_patients)) AS list_size,
               text_of(gp_source) AS gp_source, text_of(nurse_source) AS nurse_source,
               text_of(dpc_source) AS dpc_source, text_of(admin_source) AS admin_source,
               whole_number_of(text_of(total_gp_hc)) AS gp_headcount,
               whole_number_of(text_of(total_nurses_hc)) AS nurse_headcount,
               whole_number_of(text_of(total_dpc_hc)) AS dpc_headcount,
               whole_number_of(text_of(total_admin_hc)) AS admin_headcount
        FROM staged
    ) AS cleaned
) AS typed
