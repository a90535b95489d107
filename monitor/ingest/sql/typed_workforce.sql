-- name: typed_workforce_detailed
-- A practice's row of the detailed workforce file. What counts is what each *_SOURCE says; figures do not show it, because
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

-- name: typed_workforce_high_level
-- A line of the high-level workforce file: one figure of a practice, staff group and role. NA is no figure.
-- Before February 2023 no data was written 0, so that only more than that shows records. Direct patient care shows 0,
-- then and since, where a practice sent nothing of it and the other groups.
SELECT row_number, carried, period_start, organisation_code, staff_group,
       role = 'total' AND measure = 'headcount' AS is_headcount, value,
       coalesce(CASE WHEN staff_group = 'dpc' OR period_start < DATE '2023-02-01' THEN value > 0 ELSE value >= 0 END, FALSE)
           AS shows_records,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN group_text IS NULL THEN 'missing_value:staff_group'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN value_text IS NULL THEN 'missing_value:value'   -- NA is written out; a blank is what some programs make of it
           WHEN value IS NULL AND value_text NOT IN ('NA', 'ND', '*') THEN 'bad_number:value'
       END AS fault
FROM (
    SELECT *, published_month_of(period_text) AS period_start, try_cast(value_text AS DOUBLE) AS value,
           CASE WHEN group_text = 'gp' THEN 'gp' WHEN group_text LIKE 'nurs%' THEN 'nurse'
                WHEN group_text LIKE 'direct patient care%' THEN 'dpc' WHEN group_text LIKE 'admin%' THEN 'admin'
                ELSE group_text END AS staff_group
    FROM (
        SELECT row_number, staged AS carried,
               coalesce(text_of(period_start), text_of(year) || '-' || lpad(text_of(month), 2, '0')) AS period_text,
               code_of(organisation_code) AS organisation_code, lower(text_of(staff_group)) AS group_text,
               lower(text_of(detailed_staff_role)) AS role, lower(text_of(measure)) AS measure,
               upper(text_of(value)) AS value_text
        FROM staged
    ) AS cleaned
) AS typed
