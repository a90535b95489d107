-- name: row_said
-- A number for each expected return that differs whenever anything differs that pages say of it. The days that pass since a
-- due date are in none: they are not kept, and browsers count them.
CREATE OR REPLACE TEMP TABLE row_said AS
WITH
period_said AS (
    SELECT period_id, hash(*COLUMNS(* EXCLUDE (period_id))) AS said FROM data.period_fact
),
supplier_said AS (
    SELECT span_id, hash(list(supplier ORDER BY supplier_kind)) AS said FROM data.supplier_fact GROUP BY span_id
),
span_said AS (
    SELECT f.span_id, hash(f.said, s.said) AS said
    FROM (SELECT span_id, hash(*COLUMNS(* EXCLUDE (span_id))) AS said FROM data.organisation_fact) AS f
    JOIN supplier_said AS s USING (span_id)
),
file_said AS (
    SELECT file_id, hash(file_name) AS said FROM data.loaded_file
),
status_said AS (
    SELECT span_id, period_id, evidence_file_id,
           hash(*COLUMNS(* EXCLUDE (expected_id, span_id, period_id, evidence_file_id))) AS said
    FROM data.status_kept
)
SELECT k.span_id, k.period_id, CAST(hash(k.said, p.said, s.said, f.said) AS HUGEINT) AS said
FROM status_said AS k
JOIN period_said AS p USING (period_id)
JOIN span_said AS s USING (span_id)
LEFT JOIN file_said AS f ON f.file_id = k.evidence_file_id;

-- The spans of organisations that anything is expected of, with the last day that it is expected for.
CREATE OR REPLACE TEMP TABLE span_shown AS
SELECT *, dense_rank() OVER (ORDER BY organisation_code) AS organisation_number
FROM (
    SELECT s.span_id, f.organisation_code, f.icb_now, f.sub_icb_code, f.pcn_code, sum(s.said) AS said, max(p.period_end) AS last_on
    FROM row_said AS s
    JOIN data.organisation_fact AS f USING (span_id)
    JOIN data.period_fact AS p USING (period_id)
    GROUP BY s.span_id, f.organisation_code, f.icb_now, f.sub_icb_code, f.pcn_code
) AS shown

-- name: made_from_organisations
-- A number for each organisation that differs whenever anything differs that its page is made from.
WITH
charted AS (
    SELECT s.* EXCLUDE (series_id, newest_expected_id), p.period_start, p.value, p.rule, p.side
    FROM data.chart_series AS s LEFT JOIN data.chart_point AS p USING (series_id)
    WHERE s.measure = 'records'
),
said AS (
    SELECT organisation_code, said FROM span_shown
    UNION ALL
    SELECT organisation_code, hash(s) FROM data.submission_attempt AS s
    UNION ALL
    SELECT organisation_code, hash(e) FROM data.published_evidence AS e
    UNION ALL
    SELECT organisation_code, hash(o) FROM organisation AS o
    UNION ALL
    SELECT organisation_code, hash(p) FROM participation AS p
    UNION ALL
    SELECT organisation_code, hash(c) FROM charted AS c
    UNION ALL
    SELECT organisation_code, hash(d) FROM data.row_in_doubt AS d
    UNION ALL
    SELECT organisation_code, hash(w) FROM data.contact_now AS w WHERE organisation_code IS NOT NULL
)
SELECT organisation_code AS part, CAST(sum(CAST(said AS HUGEINT)) AS VARCHAR) AS made_from
FROM said
WHERE organisation_code IN (SELECT organisation_code FROM span_shown)
GROUP BY organisation_code

-- name: made_from_areas
-- The same for each area of one kind: of what is expected of its organisations.
SELECT @area AS part, CAST(sum(said) AS VARCHAR) AS made_from
FROM span_shown
WHERE @area IS NOT NULL
GROUP BY @area

-- name: made_from_returns
-- The same for each return.
SELECT p.return_code AS part, CAST(sum(s.said) AS VARCHAR) AS made_from
FROM row_said AS s JOIN data.period_fact AS p USING (period_id)
GROUP BY p.return_code
