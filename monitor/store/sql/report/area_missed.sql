-- The latest $most returns not received or rejected of each area, the latest due first; area_missed counts all of them.
WITH of_area AS (
    SELECT a.area_kind, a.area_code, r.*
    FROM report_row AS r, LATERAL (VALUES ('icb', r.icb_code), ('sub-icb', r.sub_icb_code), ('pcn', r.pcn_code)) AS a(area_kind, area_code)
    WHERE r.outcome IN ('not_received', 'rejected') AND a.area_kind = $kind AND a.area_code IS NOT NULL
)
SELECT area_kind, area_code, return_code, slot_start, slot_label, organisation_code, organisation_name, period_label, request_id,
       status, cause, due_on, days_overdue, supplier, last_received_label, count(*) OVER (PARTITION BY area_kind, area_code) AS area_missed
FROM of_area
QUALIFY row_number() OVER (PARTITION BY area_kind, area_code ORDER BY due_on DESC, return_code, organisation_code, period_start, request_id) <= $most
ORDER BY area_kind, area_code, due_on DESC, return_code, organisation_code, period_start, request_id
