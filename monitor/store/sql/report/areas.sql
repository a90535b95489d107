-- By area, return and period: how many were expected to send, and how many of these were not received or rejected.
SELECT a.area_kind, a.area_code, r.return_code, r.period_kind, r.slot_start, any_value(r.slot_label) AS label,
       count(*) FILTER (r.status <> 'not_required') AS expected,
       count(*) FILTER (r.outcome IN ('not_received', 'rejected')) AS missed,
       count(*) FILTER (r.outcome IN ('received', 'received_late')) AS received,
       count(*) FILTER (r.outcome = 'not_known') AS not_known
FROM report_row AS r, LATERAL (VALUES ('icb', r.icb_code), ('sub-icb', r.sub_icb_code), ('pcn', r.pcn_code)) AS a(area_kind, area_code)
WHERE a.area_code IS NOT NULL AND list_contains($kinds, a.area_kind)
GROUP BY a.area_kind, a.area_code, r.return_code, r.period_kind, r.slot_start
ORDER BY a.area_kind, a.area_code, r.period_kind, r.return_code, r.slot_start
