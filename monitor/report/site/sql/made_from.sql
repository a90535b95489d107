-- name: made_from_organisations
-- A number for each organisation that differs whenever anything differs that its page is made from.
WITH
charted AS (
    SELECT s.* EXCLUDE (series_id), p.period_start, p.value, p.rule, p.side
    FROM data.chart_series AS s LEFT JOIN data.chart_point AS p USING (series_id)
    WHERE s.measure = 'records'
),
said AS (
    SELECT organisation_code, hash(r) AS said FROM report_row AS r
    UNION ALL
    SELECT organisation_code, hash(s) FROM submission AS s
    UNION ALL
    SELECT organisation_code, hash(o) FROM organisation AS o
    UNION ALL
    SELECT organisation_code, hash(p) FROM participation AS p
    UNION ALL
    SELECT organisation_code, hash(c) FROM charted AS c
    UNION ALL
    SELECT organisation_code, hash(d) FROM data.row_in_doubt AS d
)
SELECT organisation_code AS part, CAST(sum(CAST(said AS HUGEINT)) AS VARCHAR) AS made_from
FROM said
WHERE organisation_code IN (SELECT organisation_code FROM report_row)
GROUP BY organisation_code

-- name: made_from_areas
-- The same for each area of one kind: of the rows of its organisations.
SELECT @area AS part, CAST(sum(CAST(hash(r) AS HUGEINT)) AS VARCHAR) AS made_from
FROM report_row AS r
WHERE @area IS NOT NULL
GROUP BY @area
