-- A newest count that is low on both charts: the rule is that of the counts themselves.
CREATE OR REPLACE TEMP TABLE low_by_both AS
SELECT l.series_id, l.rule
FROM low_point AS l JOIN adjusted_charted AS a USING (series_id, place)
WHERE a.rule IS NOT NULL AND a.side < 0;
