-- name: area_missed
-- The latest $most returns not received or rejected of each wanted area, the latest due first; area_missed counts all of them.
WITH of_area AS (
    SELECT a.area_kind, a.area_code, r.*
    FROM report_row AS r, LATERAL (VALUES ('icb', r.icb_now), ('sub-icb', r.sub_icb_code), ('pcn', r.pcn_code)) AS a(area_kind, area_code)
    WHERE r.outcome IN ('not_received', 'rejected') AND a.area_kind = $kind AND a.area_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
)
SELECT area_kind, area_code, return_code, slot_start, slot_label, organisation_code, organisation_name, period_label, request_id,
       status, cause, due_on, days_overdue, supplier, last_received_label, count(*) OVER (PARTITION BY area_kind, area_code) AS area_missed
FROM of_area
QUALIFY row_number() OVER (PARTITION BY area_kind, area_code ORDER BY due_on DESC, return_code, organisation_code, period_start, request_id) <= $most
ORDER BY area_kind, area_code, due_on DESC, return_code, organisation_code, period_start, request_id

-- name: area_names
-- What is known of each area: its name, the area around it (that of its latest period), and how many organisations have it
-- as their latest.
WITH row_of_area AS (
    SELECT 'icb' AS area_kind, icb_now AS area_code, NULL AS within_code, organisation_code, last_on FROM span_shown
    UNION ALL
    SELECT 'sub-icb', sub_icb_code, icb_now, organisation_code, last_on FROM span_shown
    UNION ALL
    SELECT 'pcn', pcn_code, sub_icb_code, organisation_code, last_on FROM span_shown
),
latest AS (
    SELECT area_kind, arg_max(area_code, (last_on, area_code)) AS area_code, organisation_code
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
       arg_max(r.within_code, (r.last_on, r.within_code)) AS within_code, coalesce(any_value(s.organisations), 0) AS organisations
FROM row_of_area AS r
LEFT JOIN name AS n USING (area_kind, area_code)
LEFT JOIN size AS s USING (area_kind, area_code)
WHERE r.area_code IS NOT NULL
GROUP BY r.area_kind, r.area_code ORDER BY r.area_kind, r.area_code

-- name: areas
-- By area, return and period: how many were expected to send, and how many of these were not received or rejected; of
-- every area for the wanted returns ($returns), of the wanted areas for all.
WITH
of_area AS (
    SELECT s.span_id, a.area_kind, a.area_code, a.area_code IN (SELECT unnest(CAST($wanted AS VARCHAR[]))) AS is_wanted
    FROM span_shown AS s, LATERAL (VALUES ('icb', s.icb_now), ('sub-icb', s.sub_icb_code), ('pcn', s.pcn_code)) AS a(area_kind, area_code)
    WHERE a.area_code IS NOT NULL AND list_contains($kinds, a.area_kind)
),
counted AS (
    SELECT a.area_kind, a.area_code, k.period_id, k.status, count(*) AS expected
    FROM data.status_kept AS k
    JOIN slot_of_period AS p USING (period_id)
    JOIN of_area AS a ON a.span_id = k.span_id
    WHERE a.is_wanted OR p.return_code IN (SELECT unnest(CAST($returns AS VARCHAR[])))
    GROUP BY a.area_kind, a.area_code, k.period_id, k.status
)
SELECT c.area_kind, c.area_code, p.return_code, p.period_kind, p.slot_start, any_value(p.slot_label) AS label,
       CAST(coalesce(sum(c.expected) FILTER (c.status <> 'not_required'), 0) AS BIGINT) AS expected,
       CAST(coalesce(sum(c.expected) FILTER (c.status IN ('not_received', 'rejected')), 0) AS BIGINT) AS missed,
       CAST(coalesce(sum(c.expected) FILTER (c.status IN ('received', 'received_late')), 0) AS BIGINT) AS received,
       CAST(coalesce(sum(c.expected) FILTER (c.status = 'not_known'), 0) AS BIGINT) AS not_known,
       CAST(coalesce(sum(c.expected) FILTER (c.status IN ('not_due', 'in_grace')), 0) AS BIGINT) AS not_due,
       CAST(coalesce(sum(c.expected) FILTER (c.status = 'no_due_date'), 0) AS BIGINT) AS no_due_date
FROM counted AS c JOIN slot_of_period AS p USING (period_id)
GROUP BY c.area_kind, c.area_code, p.return_code, p.period_kind, p.slot_start
ORDER BY c.area_kind, c.area_code, p.period_kind, p.return_code, p.slot_start

-- name: completeness
-- The control chart of the completeness of each ICB and return, with every point where there are limits.
WITH
series AS (
    SELECT * FROM data.chart_series WHERE measure = 'completeness'
),
drawn AS (
    SELECT s.icb_code, s.return_code, list({
        'on': p.period_start, 'value': p.value, 'mean': s.mean, 'lower': s.lower, 'upper': s.upper, 'phase': s.phase,
        'side': CASE WHEN p.rule IS NULL THEN 0 ELSE p.side END
    } ORDER BY p.period_start) AS points
    FROM series AS s JOIN data.chart_point AS p USING (series_id)
    WHERE (s.icb_code, s.return_code) IN (SELECT (icb_code, return_code) FROM series WHERE is_newest AND mean IS NOT NULL)
    GROUP BY s.icb_code, s.return_code
)
SELECT s.icb_code AS area_code, s.return_code, s.newest_on, s.newest_value, s.mean, s.lower, s.upper, s.points, s.newest_rule,
       s.newest_side, s.began, s.from_on, s.note, d.points AS drawn
FROM series AS s LEFT JOIN drawn AS d USING (icb_code, return_code)
WHERE s.is_newest
ORDER BY s.icb_code, s.return_code

-- name: heat
-- The rows of the heat maps of the wanted areas of one kind, one row an organisation and return: its periods and, beside them, the
-- status of each. Of several requests in one month the status is the one that most needs a look.
WITH cell AS (
    SELECT @area AS area_code, return_code, organisation_code, any_value(organisation_name) AS organisation_name, slot_start,
           arg_min(status, CASE status WHEN 'not_received' THEN 1 WHEN 'rejected' THEN 2 WHEN 'not_known' THEN 3
                                       WHEN 'received_late' THEN 4 WHEN 'received' THEN 5 ELSE 6 END) AS status
    FROM report_row WHERE @area IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
    GROUP BY @area, return_code, organisation_code, slot_start
)
SELECT area_code, return_code, organisation_code, any_value(organisation_name) AS organisation_name,
       list(slot_start ORDER BY slot_start) AS slots, list(status ORDER BY slot_start) AS statuses
FROM cell
GROUP BY area_code, return_code, organisation_code
ORDER BY area_code, return_code, organisation_code
