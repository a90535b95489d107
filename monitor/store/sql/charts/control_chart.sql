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
