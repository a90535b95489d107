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
