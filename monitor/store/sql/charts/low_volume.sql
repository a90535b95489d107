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

-- Only of those is the second chart needed. Where everybody's count is nothing, nobody's own can be told.
CREATE OR REPLACE TEMP TABLE adjusted_value AS
SELECT l.series_id, r.place, round(r.value / m.movement, 6) AS value
FROM low_point AS l
JOIN record_point AS r ON r.series_number = l.series_number AND r.phase = l.phase
JOIN common_movement AS m ON m.period_id = r.period_id AND m.set_number IS NOT DISTINCT FROM r.set_number
WHERE m.movement > 0;
