-- name: gathered_appointments
-- One row a practice and month: all its appointments, and all the suppliers that they came through.
SELECT row_number, period_start, organisation_code, published_pcn_of(pcn_code) AS pcn_code,
       published_area_of(sub_icb_code) AS sub_icb_code, supplier_list(clinical_suppliers_of(suppliers)) AS supplier,
       appointments, rows_gathered
FROM (
    SELECT min(number) AS row_number, period_start, organisation_code, max(pcn_code) AS pcn_code,
           max(sub_icb_code) AS sub_icb_code, string_agg(DISTINCT supplier, ';') AS suppliers,
           CAST(sum(appointments) AS BIGINT) AS appointments, count(*) AS rows_gathered
    FROM @rows
    GROUP BY period_start, organisation_code
) AS gathered_row

-- name: gathered_core_gp_contract
-- The figures of a practice, period and return as one row; those of indicators of no return as another.
SELECT min(number) AS row_number, period_start, organisation_code, return_code, count(*) FILTER (is_shown) AS figures_shown,
       count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code, return_code

-- name: gathered_cqrs_extract
-- The fields of one submission as one row: of one practice, for one service, return and day of achievement, at one instant.
SELECT min(number) AS row_number, quality_service, organisation_code, return_code, achieved_on, period_start,
       submitted_at, submitted_on, bool_or(is_last) AS is_last, count(*) AS rows_gathered
FROM @rows
GROUP BY quality_service, organisation_code, return_code, achieved_on, period_start, submitted_at, submitted_on

-- name: gathered_online_consultation_metric
-- One row a practice and month, all its suppliers together: submissions are added up, while registered patients are
-- repeated for each supplier. No figure at all is 0 in a file that has submissions of others; * alone is hidden.
SELECT min(number) AS row_number, period_start, organisation_code, max(pcn_code) AS pcn_code,
       max(sub_icb_code) AS sub_icb_code, max(icb_code) AS icb_code, max(region_code) AS region_code,
       supplier_list(string_agg(DISTINCT supplier, ';')) AS supplier,
       CASE WHEN sum(value) FILTER (metric = 'OC_TOTAL_SUBMISSIONS') > 0
                 THEN CAST(sum(value) FILTER (metric = 'OC_TOTAL_SUBMISSIONS') AS BIGINT)
            WHEN count(*) FILTER (metric = 'OC_TOTAL_SUBMISSIONS' AND value IS NULL) > 0 THEN NULL
            WHEN (SELECT count(*) FROM @rows AS any_row WHERE any_row.metric = 'OC_TOTAL_SUBMISSIONS') > 0 THEN 0
       END AS submissions,
       max(value) FILTER (metric = 'PATIENTS_REGISTERED') AS list_size,
       max(value) FILTER (metric = 'OC_PARTICIPATION') = 1 AS participating,
       count(*) AS rows_gathered
FROM @rows AS gathered_row
GROUP BY period_start, organisation_code

-- name: gathered_telephony_calls
-- The figures of a practice and month as one row. A layout can have bands, their TOTAL, or both: never one on top of the
-- other. No inbound calls among the indicators: the number is not known, and the practice was there all the same.
SELECT min(number) AS row_number, period_start, organisation_code, published_region_of(max(region_code)) AS region_code,
       published_area_of(max(sub_icb_code)) AS sub_icb_code, published_pcn_of(max(pcn_code)) AS pcn_code,
       CAST(coalesce(sum(calls_in_band), sum(calls_in_total)) AS BIGINT) AS inbound_calls, count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code

-- name: gathered_workforce_high_level
-- One row a practice and month: which staff groups the file names, which of them show records, and how many people.
SELECT min(number) AS row_number, period_start, organisation_code,
       supplier_list(string_agg(DISTINCT staff_group, ';')) AS groups_named,
       supplier_list(string_agg(DISTINCT staff_group, ';') FILTER (shows_records)) AS groups_shown,
       CAST(sum(value) FILTER (is_headcount) AS BIGINT) AS headcount, count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code
