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
