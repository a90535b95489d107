-- One row a practice and month: which staff groups the file names, which of them show records, and how many people.
SELECT min(number) AS row_number, period_start, organisation_code,
       supplier_list(string_agg(DISTINCT staff_group, ';')) AS groups_named,
       supplier_list(string_agg(DISTINCT staff_group, ';') FILTER (shows_records)) AS groups_shown,
       CAST(sum(value) FILTER (is_headcount) AS BIGINT) AS headcount, count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code
