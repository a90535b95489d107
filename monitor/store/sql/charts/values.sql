-- The points of every chart: record counts by organisation and return, and completeness by ICB and return. Numbers in
-- the place of names, because there are hundreds of thousands. series_id names a series and phase; place is its order.

-- The last periods of each return of which anything was received: how much there is to work out does not grow with history.
CREATE OR REPLACE TEMP TABLE chart_period AS
WITH ranked AS (
    SELECT p.period_id, p.return_code, p.period_start, p.supplier_kind,
           dense_rank() OVER (ORDER BY p.return_code) AS return_number,
           dense_rank() OVER (PARTITION BY p.return_code ORDER BY p.period_start DESC) AS recency
    FROM data.period_fact AS p
    JOIN data.mandatory_return AS r ON r.return_code = p.return_code AND r.period IN ('month', 'quarter')
    WHERE p.period_id IN (SELECT period_id FROM data.status_kept WHERE status IN ('received', 'received_late'))
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

-- Of those required, past their due dates and known, how many were received. Where more is not known than known, the
-- period is no point.
CREATE OR REPLACE TEMP TABLE share_point AS
WITH
icb AS (
    SELECT icb_code, CAST(row_number() OVER (ORDER BY icb_code) AS BIGINT) AS icb_number
    FROM (SELECT DISTINCT icb_code FROM data.organisation_fact WHERE icb_code IS NOT NULL)
),
counted AS (
    SELECT f.icb_code, k.period_id, count(*) FILTER (k.status IN ('received', 'received_late')) AS received,
           count(*) FILTER (k.status IN ('received', 'received_late', 'not_received', 'rejected')) AS known,
           count(*) FILTER (k.status = 'not_known') AS not_known,
           count(*) FILTER (k.status IN ('not_due', 'in_grace') OR k.due_on >= c.as_of) AS waited_for
    FROM data.status_kept AS k
    JOIN data.organisation_fact AS f USING (span_id)
    CROSS JOIN chart_setting AS c
    WHERE k.status <> 'not_required' AND f.icb_code IS NOT NULL AND k.period_id IN (SELECT period_id FROM chart_period)
    GROUP BY f.icb_code, k.period_id
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
