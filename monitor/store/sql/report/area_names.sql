-- What is known of each area: its name, the area around it (that of its latest period), and how many organisations have it
-- as their latest.
WITH row_of_area AS (
    SELECT 'icb' AS area_kind, icb_code AS area_code, NULL AS within_code, organisation_code, period_end FROM report_row
    UNION ALL
    SELECT 'sub-icb', sub_icb_code, icb_code, organisation_code, period_end FROM report_row
    UNION ALL
    SELECT 'pcn', pcn_code, sub_icb_code, organisation_code, period_end FROM report_row
),
latest AS (
    SELECT area_kind, arg_max(area_code, (period_end, area_code)) AS area_code, organisation_code
    FROM row_of_area WHERE area_code IS NOT NULL GROUP BY area_kind, organisation_code
),
size AS (
    SELECT area_kind, area_code, count(*) AS organisations FROM latest GROUP BY area_kind, area_code
),
name AS (
    SELECT 'icb' AS area_kind, icb_code AS area_code, max(icb_name) AS area_name FROM organisation GROUP BY icb_code
    UNION ALL
    SELECT 'pcn', organisation_code, max(organisation_name) FROM organisation WHERE organisation_kind = 'pcn' GROUP BY organisation_code
)
SELECT r.area_kind, r.area_code, any_value(n.area_name) AS area_name,
       arg_max(r.within_code, (r.period_end, r.within_code)) AS within_code, coalesce(any_value(s.organisations), 0) AS organisations
FROM row_of_area AS r
LEFT JOIN name AS n USING (area_kind, area_code)
LEFT JOIN size AS s USING (area_kind, area_code)
WHERE r.area_code IS NOT NULL
GROUP BY r.area_kind, r.area_code ORDER BY r.area_kind, r.area_code
