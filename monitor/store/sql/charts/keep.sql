-- Keep the charts in the store, in the place of those of the check before.

DELETE FROM data.chart_series;
INSERT INTO data.chart_series BY NAME
WITH
phase AS (
    SELECT 'records' AS measure, series_number, phase, CAST(count(*) AS INTEGER) AS points,
           arg_min(period_id, place) AS first_period_id, arg_max(period_id, place) AS last_period_id,
           arg_max(value, place) AS newest_value, max(place) AS newest_place, max(began) AS began,
           arg_max(expected_id, place) AS newest_expected_id
    FROM record_point GROUP BY series_number, phase
    UNION ALL BY NAME
    SELECT 'completeness' AS measure, series_number, phase, CAST(count(*) AS INTEGER) AS points,
           arg_min(period_id, place) AS first_period_id, arg_max(period_id, place) AS last_period_id,
           arg_max(value, place) AS newest_value, max(place) AS newest_place, max(began) AS began
    FROM share_point GROUP BY series_number, phase
),
icb AS (
    SELECT series_number, min(icb_code) AS icb_code FROM share_point GROUP BY series_number
)
SELECT p.series_number * 64 + p.phase AS series_id, p.measure, f.return_code, o.organisation_code, i.icb_code,
       p.phase, p.began, f.period_start AS from_on, n.period_start AS newest_on, p.newest_value, p.newest_expected_id, p.points,
       l.mean, CASE WHEN l.lower < 0 THEN 0 ELSE l.lower END AS lower,
       CASE WHEN p.measure = 'completeness' AND l.upper > 1 THEN 1 ELSE l.upper END AS upper, l.moving_range,
       c.rule AS newest_rule, CAST(c.side AS TINYINT) AS newest_side, w.rule AS low_volume,
       p.phase = max(p.phase) OVER (PARTITION BY p.series_number) AS is_newest,
       CASE WHEN l.mean IS NULL THEN 'no limits yet: ' || p.points || CASE WHEN p.points = 1 THEN ' period' ELSE ' periods' END || ' with a count, ' || s.points_needed || ' are needed' END AS note
FROM phase AS p
CROSS JOIN chart_setting AS s
JOIN chart_period AS f ON f.period_id = p.first_period_id
JOIN chart_period AS n ON n.period_id = p.last_period_id
LEFT JOIN chart_organisation AS o ON p.series_number > 0 AND o.organisation_number = p.series_number // 1000
LEFT JOIN icb AS i USING (series_number)
LEFT JOIN chart_limits AS l ON l.series_id = p.series_number * 64 + p.phase
LEFT JOIN chart_charted AS c ON c.series_id = p.series_number * 64 + p.phase AND c.place = p.newest_place
LEFT JOIN low_by_both AS w ON w.series_id = p.series_number * 64 + p.phase
-- In the order in which the pages take them.
ORDER BY organisation_code, icb_code, f.return_code, p.phase;

DELETE FROM data.chart_point;
INSERT INTO data.chart_point BY NAME
SELECT v.series_id, p.period_start, v.value, v.adjusted, c.rule, CAST(c.side AS TINYINT) AS side
FROM (
    SELECT r.series_number * 64 + r.phase AS series_id, r.period_id, r.place, r.value, round(r.value / nullif(m.movement, 0), 4) AS adjusted
    FROM record_point AS r
    JOIN common_movement AS m ON m.period_id = r.period_id AND m.set_number IS NOT DISTINCT FROM r.set_number
    UNION ALL
    SELECT series_number * 64 + phase, period_id, place, value, NULL FROM share_point
) AS v
JOIN chart_period AS p USING (period_id)
LEFT JOIN chart_charted AS c ON c.series_id = v.series_id AND c.place = v.place AND c.rule IS NOT NULL;
