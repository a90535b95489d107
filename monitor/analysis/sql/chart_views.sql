-- Control charts (XmR, as NHS "Making Data Count" draws them) of record counts and of completeness, one row a point.
-- Method, formulas, sources and limits: docs/methods.md.

CREATE OR REPLACE VIEW volume_chart AS
SELECT s.organisation_code, s.return_code, p.period_start, f.period_label, CAST(p.value AS BIGINT) AS records, p.adjusted,
       s.mean, s.lower, s.upper, s.moving_range, s.points, s.phase, s.began AS phase_began, p.rule,
       CASE WHEN s.mean IS NULL THEN NULL WHEN p.rule IS NULL THEN 'common cause'
            WHEN p.side < 0 THEN 'special cause: low' ELSE 'special cause: high' END AS icon,
       s.is_newest AND p.period_start = s.newest_on AS is_newest, s.note
FROM data.chart_point AS p
JOIN data.chart_series AS s USING (series_id)
JOIN (SELECT DISTINCT return_code, period_start, period_label FROM data.period_fact) AS f
    ON f.return_code = s.return_code AND f.period_start = p.period_start
WHERE s.measure = 'records';
COMMENT ON VIEW volume_chart IS 'Control chart of the record counts of each organisation and return: the last 36 periods, one row a period with a count';
COMMENT ON COLUMN volume_chart.organisation_code IS 'Organisation';
COMMENT ON COLUMN volume_chart.return_code IS 'Return';
COMMENT ON COLUMN volume_chart.period_start IS 'First day of the period';
COMMENT ON COLUMN volume_chart.period_label IS 'The period in words';
COMMENT ON COLUMN volume_chart.records IS 'Records received for it; 0 for a nil submission';
COMMENT ON COLUMN volume_chart.adjusted IS 'records over what all organisations of the same supplier have in common in that period';
COMMENT ON COLUMN volume_chart.mean IS 'Mean of the phase; empty where there are too few points';
COMMENT ON COLUMN volume_chart.lower IS 'Lower natural process limit: mean less 2.66 times moving_range, at least 0';
COMMENT ON COLUMN volume_chart.upper IS 'Upper natural process limit: mean and 2.66 times moving_range';
COMMENT ON COLUMN volume_chart.moving_range IS 'Mean of the differences between successive points, without outlying ones';
COMMENT ON COLUMN volume_chart.points IS 'Points of the phase';
COMMENT ON COLUMN volume_chart.phase IS 'Phases are numbered; each has limits of its own';
COMMENT ON COLUMN volume_chart.phase_began IS 'Why the phase began: the supplier changed, or the reason of a [[step_change]]; empty for the first';
COMMENT ON COLUMN volume_chart.rule IS 'point_below_limit, point_above_limit, trend, two_of_three or shift; empty: common cause';
COMMENT ON COLUMN volume_chart.icon IS 'common cause, special cause: low or special cause: high; empty where there are too few points';
COMMENT ON COLUMN volume_chart.is_newest IS 'Whether it is the newest point of the organisation and return';
COMMENT ON COLUMN volume_chart.note IS 'Why there are no limits';

CREATE OR REPLACE VIEW completeness_chart AS
SELECT s.icb_code, s.return_code, p.period_start, f.period_label, p.value AS received_share,
       s.mean, s.lower, s.upper, s.moving_range, s.points, s.phase, s.began AS phase_began, p.rule,
       CASE WHEN s.mean IS NULL THEN NULL WHEN p.rule IS NULL THEN 'common cause'
            WHEN p.side < 0 THEN 'special cause: low' ELSE 'special cause: high' END AS icon,
       s.is_newest AND p.period_start = s.newest_on AS is_newest, s.note
FROM data.chart_point AS p
JOIN data.chart_series AS s USING (series_id)
JOIN (SELECT DISTINCT return_code, period_start, period_label FROM data.period_fact) AS f
    ON f.return_code = s.return_code AND f.period_start = p.period_start
WHERE s.measure = 'completeness';
COMMENT ON VIEW completeness_chart IS 'Control chart of the share of required returns that each ICB''s organisations sent: the last 36 periods past their due dates';
COMMENT ON COLUMN completeness_chart.icb_code IS 'ICB to which the organisations belong now, with their history';
COMMENT ON COLUMN completeness_chart.return_code IS 'Return';
COMMENT ON COLUMN completeness_chart.period_start IS 'First day of the period';
COMMENT ON COLUMN completeness_chart.period_label IS 'The period in words';
COMMENT ON COLUMN completeness_chart.received_share IS 'Received (late ones too) of those required and known, 0 to 1';
COMMENT ON COLUMN completeness_chart.mean IS 'Mean of the phase; empty where there are too few points';
COMMENT ON COLUMN completeness_chart.lower IS 'Lower natural process limit, at least 0';
COMMENT ON COLUMN completeness_chart.upper IS 'Upper natural process limit, at most 1';
COMMENT ON COLUMN completeness_chart.moving_range IS 'Mean of the differences between successive points, without outlying ones';
COMMENT ON COLUMN completeness_chart.points IS 'Points of the phase';
COMMENT ON COLUMN completeness_chart.phase IS 'Phases are numbered; each has limits of its own';
COMMENT ON COLUMN completeness_chart.phase_began IS 'Why the phase began: the reason of a [[step_change]]; empty for the first';
COMMENT ON COLUMN completeness_chart.rule IS 'point_below_limit, point_above_limit, trend, two_of_three or shift; empty: common cause';
COMMENT ON COLUMN completeness_chart.icon IS 'common cause, special cause: low or special cause: high; empty where there are too few points';
COMMENT ON COLUMN completeness_chart.is_newest IS 'Whether it is the newest point of the ICB and return';
COMMENT ON COLUMN completeness_chart.note IS 'Why there are no limits';
