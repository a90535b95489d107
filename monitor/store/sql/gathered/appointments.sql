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
