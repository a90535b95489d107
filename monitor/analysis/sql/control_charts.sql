-- name: chart_setting
-- What the charts take in beside the answer of the check. points_needed: the fewest points that limits are made of.

CREATE OR REPLACE TEMP TABLE chart_setting (
    as_of DATE, low_volume BOOLEAN, points_needed INTEGER, most_periods INTEGER, min_organisations INTEGER
);

-- Returns whose charts of the last check stand.
CREATE OR REPLACE TEMP TABLE drawn_before (return_code VARCHAR);

CREATE OR REPLACE TEMP TABLE step_change (
    return_code VARCHAR, organisation_code VARCHAR, icb_code VARCHAR, from_on DATE, reason VARCHAR
);

-- name: values
-- The points of every chart: record counts by organisation and return, and completeness by ICB and return. Numbers in
-- the place of names, because there are hundreds of thousands. series_id names a series and phase; place is its order.

-- The last periods of each return of which anything was received: how much there is to work out does not grow with history.
CREATE OR REPLACE TEMP TABLE chart_period AS
WITH
numbered AS (  -- a return has the same number whichever others are drawn with it
    SELECT return_code, row_number() OVER (ORDER BY return_code) AS return_number FROM data.mandatory_return
),
ranked AS (
    SELECT p.period_id, p.return_code, p.period_start, p.supplier_kind, n.return_number,
           dense_rank() OVER (PARTITION BY p.return_code ORDER BY p.period_start DESC) AS recency
    FROM data.period_fact AS p
    JOIN data.mandatory_return AS r ON r.return_code = p.return_code AND r.period IN ('month', 'quarter')
    JOIN numbered AS n ON n.return_code = p.return_code
    WHERE p.return_code NOT IN (SELECT return_code FROM drawn_before)
      AND p.period_id IN (SELECT period_id FROM data.status_kept WHERE status IN ('received', 'received_late'))
)
SELECT r.*, CAST(1000 - recency AS SMALLINT) AS place
FROM ranked AS r CROSS JOIN chart_setting AS c WHERE recency <= c.most_periods;

CREATE OR REPLACE TEMP TABLE chart_organisation AS
SELECT organisation_code, CAST(row_number() OVER (ORDER BY organisation_code) AS BIGINT) AS organisation_number
FROM (SELECT DISTINCT organisation_code FROM data.organisation_fact);

-- Suppliers are compared by their keys, and each combination of them is a number.
CREATE OR REPLACE TEMP TABLE chart_supplier AS
SELECT supplier, keys, CAST(dense_rank() OVER (ORDER BY keys) AS INTEGER) AS set_number
FROM (SELECT supplier, supplier_keys(supplier) AS keys FROM (SELECT DISTINCT supplier FROM data.supplier_fact))
WHERE keys IS NOT NULL;

CREATE OR REPLACE TEMP TABLE chart_span AS
SELECT f.span_id, x.supplier_kind, o.organisation_number, f.organisation_code, f.icb_code, s.set_number
FROM data.organisation_fact AS f
JOIN chart_organisation AS o USING (organisation_code)
JOIN data.supplier_fact AS x USING (span_id)
LEFT JOIN chart_supplier AS s ON s.supplier = x.supplier;

-- How many stated step changes had come by each period, of the organisations that they are about.
CREATE OR REPLACE TEMP TABLE stepped AS
SELECT p.period_id, f.span_id, count(*) AS steps, arg_max(s.reason, s.from_on) AS reason
FROM step_change AS s
JOIN chart_period AS p ON p.return_code = s.return_code AND p.period_start >= s.from_on
JOIN data.organisation_fact AS f
    ON (s.organisation_code IS NULL OR s.organisation_code = f.organisation_code) AND (s.icb_code IS NULL OR s.icb_code = f.icb_code)
GROUP BY p.period_id, f.span_id;

-- A nil submission is a count of 0. What was received without a count is no point, and neither is what was not received.
CREATE OR REPLACE TEMP TABLE record_point AS
WITH
nil AS (
    SELECT file_id, row_number FROM data.submission_row WHERE outcome = 'nil'
),
counted AS (
    SELECT s.organisation_number * 1000 + p.return_number AS series_number, p.place, p.period_id, s.set_number, k.expected_id,
           CAST(CASE WHEN n.file_id IS NULL THEN k.record_count ELSE 0 END AS DOUBLE) AS value, t.steps, t.reason
    FROM data.status_kept AS k
    JOIN chart_period AS p USING (period_id)
    JOIN chart_span AS s ON s.span_id = k.span_id AND s.supplier_kind = p.supplier_kind
    LEFT JOIN nil AS n ON n.file_id = k.evidence_file_id AND n.row_number = k.evidence_row_number
    LEFT JOIN stepped AS t ON t.period_id = k.period_id AND t.span_id = k.span_id
    WHERE k.status IN ('received', 'received_late') AND (k.record_count IS NOT NULL OR n.file_id IS NOT NULL)
),
beside AS (
    SELECT *, coalesce(steps, 0) > lag(coalesce(steps, 0)) OVER in_time AS is_step,
           set_number <> lag(set_number) OVER in_time AS is_supplier_change
    FROM counted
    WINDOW in_time AS (PARTITION BY series_number ORDER BY place)
)
SELECT series_number, place, period_id, set_number, expected_id, value,
       CASE WHEN is_step THEN reason WHEN is_supplier_change THEN 'the supplier changed' END AS began,
       CAST(1 + sum(CASE WHEN is_step OR is_supplier_change THEN 1 ELSE 0 END)
           OVER (PARTITION BY series_number ORDER BY place) AS INTEGER) AS phase
FROM beside;

-- Of those required of an ICB's organisations of now, past their due dates and known, how many were received. Where more is not known than known, the
-- period is no point.
CREATE OR REPLACE TEMP TABLE share_point AS
WITH
icb AS (
    SELECT icb_code, CAST(row_number() OVER (ORDER BY icb_code) AS BIGINT) AS icb_number
    FROM (SELECT DISTINCT icb_now AS icb_code FROM data.organisation_fact WHERE icb_now IS NOT NULL)
),
counted AS (
    SELECT f.icb_now AS icb_code, k.period_id, count(*) FILTER (k.status IN ('received', 'received_late')) AS received,
           count(*) FILTER (k.status IN ('received', 'received_late', 'not_received', 'rejected')) AS known,
           count(*) FILTER (k.status = 'not_known') AS not_known,
           count(*) FILTER (k.status IN ('not_due', 'in_grace') OR k.due_on >= c.as_of) AS waited_for
    FROM data.status_kept AS k
    JOIN data.organisation_fact AS f USING (span_id)
    CROSS JOIN chart_setting AS c
    WHERE k.status <> 'not_required' AND f.icb_now IS NOT NULL AND k.period_id IN (SELECT period_id FROM chart_period)
    GROUP BY f.icb_now, k.period_id
),
stepped_icb AS (
    SELECT i.icb_code, p.period_id, count(*) AS steps, arg_max(s.reason, s.from_on) AS reason
    FROM step_change AS s
    JOIN chart_period AS p ON p.return_code = s.return_code AND p.period_start >= s.from_on
    JOIN icb AS i ON coalesce(s.icb_code = i.icb_code, TRUE)
    WHERE s.organisation_code IS NULL
    GROUP BY i.icb_code, p.period_id
),
beside AS (
    SELECT -(i.icb_number * 1000 + p.return_number) AS series_number, p.place, p.period_id, c.icb_code,
           round(c.received / c.known, 6) AS value, t.reason, coalesce(t.steps, 0) > lag(coalesce(t.steps, 0)) OVER (
               PARTITION BY c.icb_code, p.return_number ORDER BY p.place
           ) AS is_step
    FROM counted AS c
    JOIN chart_period AS p USING (period_id)
    JOIN icb AS i USING (icb_code)
    LEFT JOIN stepped_icb AS t ON t.icb_code = c.icb_code AND t.period_id = c.period_id
    WHERE c.known > 0 AND c.known >= c.not_known AND c.waited_for = 0
)
SELECT series_number, place, period_id, icb_code, value, CASE WHEN is_step THEN reason END AS began,
       CAST(1 + sum(CASE WHEN is_step THEN 1 ELSE 0 END) OVER (PARTITION BY series_number ORDER BY place) AS INTEGER) AS phase
FROM beside;

CREATE OR REPLACE TEMP TABLE chart_value AS
SELECT series_number * 64 + phase AS series_id, place, value FROM record_point
UNION ALL
SELECT series_number * 64 + phase, place, value FROM share_point;

-- name: control_chart
-- XmR control charts of the series in @values (series_id, place, value): @limits, one row a series with enough points, and
-- @charted, one row a point of those. As NHSRplotthedots draws them: docs/methods.md has the formulas and the sources.
-- Rounded, so that a constant series has no side of its mean by the last bit of a number.

CREATE OR REPLACE TEMP TABLE @limits AS
WITH
ranged AS (
    SELECT series_id, value, abs(value - lag(value) OVER (PARTITION BY series_id ORDER BY place)) AS moving_range FROM @values
),
unscreened AS (
    SELECT series_id, count(*) AS points, round(avg(value), 6) AS mean, avg(moving_range) AS moving_range
    FROM ranged GROUP BY series_id
    HAVING count(*) >= (SELECT points_needed FROM chart_setting)
),
-- Moving ranges beyond their own upper limit say that something happened; they are left out, once. Where nothing but equal
-- values is left, they stay: a completeness of 100% in all months but one would have no width, and every month be special.
screened AS (
    SELECT r.series_id, coalesce(nullif(avg(r.moving_range) FILTER (r.moving_range <= 3.267 * u.moving_range), 0), max(u.moving_range))
               AS moving_range
    FROM ranged AS r JOIN unscreened AS u USING (series_id)
    GROUP BY r.series_id
)
SELECT u.series_id, CAST(u.points AS INTEGER) AS points, u.mean, round(s.moving_range, 6) AS moving_range,
       round(u.mean - 2.66 * s.moving_range, 6) AS lower, round(u.mean + 2.66 * s.moving_range, 6) AS upper,
       round(u.mean - 2 * (2.66 / 3) * s.moving_range, 6) AS near_lower,
       round(u.mean + 2 * (2.66 / 3) * s.moving_range, 6) AS near_upper
FROM unscreened AS u JOIN screened AS s USING (series_id);

CREATE OR REPLACE TEMP TABLE @charted AS
WITH
placed AS (
    SELECT v.series_id, v.place, CAST(sign(v.value - l.mean) AS TINYINT) AS side,
           v.value < l.lower OR v.value > l.upper AS is_outside,
           CASE WHEN v.value >= l.lower AND v.value <= l.upper AND (v.value < l.near_lower OR v.value > l.near_upper)
                THEN 1 ELSE 0 END AS near,
           CAST(sign(v.value - lag(v.value) OVER (PARTITION BY v.series_id ORDER BY v.place)) AS TINYINT) AS direction
    FROM @values AS v JOIN @limits AS l USING (series_id)
),
-- Where a run ends: seven points on one side; seven that go one way, which is six steps; two of three near a limit.
ended AS (
    SELECT *, abs(sum(side) OVER seven) = 7 AS ends_shift, sum(direction) OVER six AS way,
           sum(near) OVER three >= 2 AND abs(sum(side) OVER three) = 3 AS ends_two
    FROM placed
    WINDOW seven AS (PARTITION BY series_id ORDER BY place ROWS BETWEEN 6 PRECEDING AND CURRENT ROW),
           six AS (PARTITION BY series_id ORDER BY place ROWS BETWEEN 5 PRECEDING AND CURRENT ROW),
           three AS (PARTITION BY series_id ORDER BY place ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
),
-- Every point of a run belongs to it, not only its last.
within AS (
    SELECT series_id, place, side, is_outside, direction,
           bool_or(ends_shift) OVER seven AS in_shift, max(way) OVER seven = 6 AS in_rise, min(way) OVER seven = -6 AS in_fall,
           near = 1 AND bool_or(ends_two) OVER three AS in_two
    FROM ended
    WINDOW seven AS (PARTITION BY series_id ORDER BY place ROWS BETWEEN CURRENT ROW AND 6 FOLLOWING),
           three AS (PARTITION BY series_id ORDER BY place ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING)
)
SELECT series_id, place,
       CASE WHEN is_outside AND side < 0 THEN 'point_below_limit'
            WHEN is_outside THEN 'point_above_limit'
            WHEN in_rise OR in_fall THEN 'trend'
            WHEN in_two THEN 'two_of_three'
            WHEN in_shift THEN 'shift' END AS rule,
       -- A trend's side is where it goes; at its turn, where it goes then.
       CASE WHEN is_outside OR NOT (in_rise OR in_fall) THEN side
            WHEN in_rise AND in_fall THEN -direction
            WHEN in_rise THEN 1 ELSE -1 END AS side
FROM within;

-- name: keep
-- Keep the charts in the store, in the place of those of the check before.

DELETE FROM data.chart_point WHERE series_id IN (
    SELECT series_id FROM data.chart_series WHERE return_code NOT IN (SELECT return_code FROM drawn_before)
);
DELETE FROM data.chart_series WHERE return_code NOT IN (SELECT return_code FROM drawn_before);
INSERT INTO data.chart_series BY NAME
WITH
phase AS (
    SELECT 'records' AS measure, series_number, phase, CAST(count(*) AS INTEGER) AS points,
           arg_min(period_id, place) AS first_period_id, arg_max(period_id, place) AS last_period_id,
           arg_max(value, place) AS newest_value, max(place) AS newest_place, max(began) AS began,
           arg_max(expected_id, place) AS newest_expected_id
    FROM record_point GROUP BY series_number, phase
    UNION ALL
    SELECT 'completeness', series_number, phase, CAST(count(*) AS INTEGER), arg_min(period_id, place), arg_max(period_id, place),
           arg_max(value, place), max(place), max(began), NULL
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

-- name: forget
-- What the charts were worked out with: it takes room that the rest of a check needs.
DROP TABLE record_point;
DROP TABLE share_point;
DROP TABLE chart_value;
DROP TABLE chart_charted;
DROP TABLE chart_limits;
DROP TABLE common_movement;
DROP TABLE newest_point;
DROP TABLE low_point;
DROP TABLE low_by_both;
DROP TABLE adjusted_value;
DROP TABLE adjusted_limits;
DROP TABLE adjusted_charted;
DROP TABLE chart_span;
DROP TABLE stepped;

-- name: low_volume
-- Which organisations' newest counts are unusually low by themselves: on the chart of the counts, and on the chart of the
-- counts adjusted for what all organisations of the same supplier have in common.

-- What a period does to everybody: the median of each organisation's count over its own mean.
CREATE OR REPLACE TEMP TABLE common_movement AS
WITH
relative AS (
    SELECT r.period_id, r.set_number, r.value / l.mean AS part
    FROM record_point AS r JOIN chart_limits AS l ON l.series_id = r.series_number * 64 + r.phase
    WHERE l.mean > 0
),
of_set AS (
    SELECT DISTINCT c.set_number, s.supplier_key FROM chart_supplier AS c JOIN data.supplier_set AS s ON s.supplier_keys = c.keys
),
of_supplier AS (
    SELECT r.period_id, s.supplier_key, median(r.part) AS movement
    FROM relative AS r JOIN of_set AS s USING (set_number)
    GROUP BY r.period_id, s.supplier_key
    HAVING count(*) >= (SELECT min_organisations FROM chart_setting)
),
of_all AS (
    SELECT period_id, median(part) AS movement FROM relative
    GROUP BY period_id HAVING count(*) >= (SELECT min_organisations FROM chart_setting)
),
-- With several suppliers, the one that moved down the most: any of them suffices to explain a dip.
of_its_suppliers AS (
    SELECT m.period_id, s.set_number, min(m.movement) AS movement
    FROM of_supplier AS m JOIN of_set AS s USING (supplier_key) GROUP BY m.period_id, s.set_number
)
SELECT p.period_id, p.set_number, coalesce(i.movement, a.movement, 1) AS movement
FROM (SELECT DISTINCT period_id, set_number FROM record_point) AS p
LEFT JOIN of_its_suppliers AS i ON i.period_id = p.period_id AND i.set_number = p.set_number
LEFT JOIN of_all AS a ON a.period_id = p.period_id;

-- The newest point of each organisation and return. One that is older than the last but one that anybody has is no news.
CREATE OR REPLACE TEMP TABLE newest_point AS
SELECT series_number, max(place) AS place, arg_max(phase, place) AS phase, arg_max(value, place) AS value,
       arg_max(period_id, place) AS period_id, arg_max(expected_id, place) AS expected_id
FROM record_point GROUP BY series_number;

CREATE OR REPLACE TEMP TABLE low_point AS
SELECT n.series_number, n.phase, n.place, c.series_id, c.rule
FROM newest_point AS n
JOIN chart_charted AS c ON c.series_id = n.series_number * 64 + n.phase AND c.place = n.place
JOIN (
    SELECT r.series_number % 1000 AS return_number, max(r.place) AS newest FROM record_point AS r GROUP BY 1
) AS r ON r.return_number = n.series_number % 1000
CROSS JOIN chart_setting AS s
WHERE c.rule IS NOT NULL AND c.side < 0 AND r.newest - n.place <= 1 AND s.low_volume;

-- Only of those is the second chart needed. Where every count is zero, no organisation's own can be judged.
CREATE OR REPLACE TEMP TABLE adjusted_value AS
SELECT l.series_id, r.place, round(r.value / m.movement, 6) AS value
FROM low_point AS l
JOIN record_point AS r ON r.series_number = l.series_number AND r.phase = l.phase
JOIN common_movement AS m ON m.period_id = r.period_id AND m.set_number IS NOT DISTINCT FROM r.set_number
WHERE m.movement > 0;

-- name: low_by_both
-- A newest count that is low on both charts: the rule is that of the counts themselves.
CREATE OR REPLACE TEMP TABLE low_by_both AS
SELECT l.series_id, l.rule
FROM low_point AS l JOIN adjusted_charted AS a USING (series_id, place)
WHERE a.rule IS NOT NULL AND a.side < 0;
