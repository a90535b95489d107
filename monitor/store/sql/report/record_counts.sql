-- The control chart of each organisation and return: how its newest count stands, and, where that is low, every point to be
-- drawn. A chart takes some hundredths of a second and 16 KB, too much for thousands of counts that rose or are as usual.
WITH
series AS (
    SELECT * FROM data.chart_series WHERE measure = 'records'
),
drawn AS (
    SELECT s.organisation_code, s.return_code, list({
        'on': p.period_start, 'value': p.value, 'mean': s.mean, 'lower': s.lower, 'upper': s.upper, 'phase': s.phase,
        'side': CASE WHEN p.rule IS NULL THEN 0 ELSE p.side END
    } ORDER BY p.period_start) AS points
    FROM series AS s JOIN data.chart_point AS p USING (series_id)
    WHERE (s.organisation_code, s.return_code) IN (
        SELECT (organisation_code, return_code) FROM series WHERE is_newest AND newest_rule IS NOT NULL AND newest_side < 0
    )
    GROUP BY s.organisation_code, s.return_code
)
SELECT s.organisation_code, s.return_code, s.newest_on, s.newest_value, s.mean, s.lower, s.upper, s.points, s.newest_rule,
       s.newest_side, s.low_volume, s.began, s.from_on, s.note, d.points AS drawn
FROM series AS s LEFT JOIN drawn AS d USING (organisation_code, return_code)
WHERE s.is_newest
ORDER BY s.organisation_code, s.return_code
