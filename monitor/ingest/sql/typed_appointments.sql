-- name: typed_appointments
-- A line of the appointments crosstab: a count of one practice, month and kind of appointment. Only what decides is
-- typed here: the file has a million lines a month, and where a practice belongs is typed once gathered.
-- What is mapped to no practice is counted, and is about no practice.
SELECT row_number, carried, period_start, CASE WHEN is_practice THEN organisation_code END AS organisation_code,
       supplier, pcn_code, sub_icb_code, appointments,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_practice AND NOT names_no_practice(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN appointments_text IS NULL THEN 'missing_value:appointments'
           WHEN appointments IS NULL THEN 'bad_number:appointments'
       END AS fault
FROM (
    SELECT *, is_organisation_code(organisation_code) AS is_practice, published_month_of(period_text) AS period_start,
           whole_number_of(appointments_text) AS appointments
    FROM (
        SELECT row_number, staged AS carried, text_of(period_start) AS period_text,
               code_of(organisation_code) AS organisation_code, supplier, pcn_code, sub_icb_code,
               text_of(appointments) AS appointments_text
        FROM staged
    ) AS cleaned
) AS typed

-- name: typed_appointments_coverage
-- A line of the coverage of the appointments data: of a sub-ICB and month, how many practices are included, of how many.
SELECT row_number, carried, sub_icb_code, period_start, included_practices, open_practices, included_patients,
       open_patients,
       CASE
           WHEN sub_icb_code IS NULL THEN 'missing_value:sub_icb_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN included_practices IS NULL THEN 'bad_number:included_practices'
           WHEN open_practices IS NULL THEN 'bad_number:open_practices'
           WHEN included_patients IS NULL THEN 'bad_number:included_patients'
           WHEN open_patients IS NULL THEN 'bad_number:open_patients'
       END AS fault
FROM (
    SELECT *, published_month_of(period_text) AS period_start
    FROM (
        SELECT row_number, staged AS carried, code_of(sub_icb_code) AS sub_icb_code, text_of(period_start) AS period_text,
               whole_number_of(text_of(included_practices)) AS included_practices,
               whole_number_of(text_of(open_practices)) AS open_practices,
               whole_number_of(text_of(included_patients)) AS included_patients,
               whole_number_of(text_of(open_patients)) AS open_patients
        FROM staged
    ) AS cleaned
) AS typed

-- name: typed_appointments_map
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

-- name: typed_appointments_annex
-- A practice's row of Annex 1: how many appointments, and how many of them have no national category. A hidden figure is
-- no figure, which is not the same as zero. What need not be there is left out where it cannot be read.
SELECT row_number, carried, period_start, organisation_code, pcn_code, sub_icb_code, supplier, appointments, list_size,
       categorised, uncategorised,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN period_text IS NULL THEN 'missing_value:period_start'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN day(period_start) <> 1 THEN 'period_not_of_return:period_start'
           WHEN appointments_text IS NULL THEN 'missing_value:appointments'
           WHEN appointments IS NULL AND appointments_text NOT IN ('*', '-') THEN 'bad_number:appointments'
       END AS fault
FROM (
    SELECT *, published_month_of(period_text) AS period_start, whole_number_of(appointments_text) AS appointments
    FROM (
        SELECT row_number, staged AS carried, text_of(period_start) AS period_text,
               code_of(organisation_code) AS organisation_code, published_pcn_of(pcn_code) AS pcn_code,
               published_area_of(sub_icb_code) AS sub_icb_code,
               supplier_list(clinical_suppliers_of(supplier)) AS supplier, text_of(appointments) AS appointments_text,
               whole_number_of(text_of(list_size)) AS list_size, whole_number_of(text_of(categorised)) AS categorised,
               whole_number_of(text_of(uncategorised)) AS uncategorised
        FROM staged
    ) AS cleaned
) AS typed
