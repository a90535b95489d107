-- What is known of each area: its name, the area around it (of its latest organisations), how many organisations it has now.
WITH latest AS (
    SELECT organisation_code, arg_max(icb_code, period_end) AS icb_code, arg_max(sub_icb_code, period_end) AS sub_icb_code,
           arg_max(pcn_code, period_end) AS pcn_code
    FROM report_row GROUP BY organisation_code
),
area AS (
    SELECT 'icb' AS area_kind, icb_code AS area_code, NULL AS within_code, organisation_code FROM latest
    UNION ALL
    SELECT 'sub-icb', sub_icb_code, icb_code, organisation_code FROM latest
    UNION ALL
    SELECT 'pcn', pcn_code, sub_icb_code, organisation_code FROM latest
),
name AS (
    SELECT 'icb' AS area_kind, icb_code AS area_code, max(icb_name) AS area_name FROM organisation GROUP BY icb_code
    UNION ALL
    SELECT 'pcn', organisation_code, max(organisation_name) FROM organisation WHERE organisation_kind = 'pcn' GROUP BY organisation_code
)
SELECT a.area_kind, a.area_code, any_value(n.area_name) AS area_name, min(a.within_code) AS within_code,
       count(DISTINCT a.organisation_code) AS organisations
FROM area AS a LEFT JOIN name AS n USING (area_kind, area_code)
WHERE a.area_code IS NOT NULL
GROUP BY a.area_kind, a.area_code ORDER BY a.area_kind, a.area_code
