-- name: wanted_row
-- What pages list one by one: all that is expected of the organisations that are wanted or belong, or belonged, to a wanted
-- area, and what is missing of the wanted returns; each with the last period before it that was received. By numbers, because
-- of a wanted return there may be hundreds of thousands.
CREATE OR REPLACE TEMP TABLE wanted_row AS
WITH
wanted_organisation AS (
    SELECT DISTINCT organisation_number FROM span_shown
    WHERE organisation_code IN (SELECT unnest(CAST($organisations AS VARCHAR[])))
       OR icb_now IN (SELECT unnest(CAST($icbs AS VARCHAR[])))
       OR sub_icb_code IN (SELECT unnest(CAST($sub_icbs AS VARCHAR[])))
       OR pcn_code IN (SELECT unnest(CAST($pcns AS VARCHAR[])))
),
period AS (
    SELECT period_id, dense_rank() OVER (ORDER BY return_code) AS return_number, period_start,
           return_code IN (SELECT unnest(CAST($returns AS VARCHAR[]))) AS is_wanted
    FROM data.period_fact
),
span AS (
    SELECT s.span_id, s.organisation_number, w.organisation_number IS NOT NULL AS is_wanted
    FROM span_shown AS s LEFT JOIN wanted_organisation AS w ON w.organisation_number = s.organisation_number
),
placed AS (
    SELECT k.expected_id, s.is_wanted OR k.is_missed AS is_listed,
           last_value(CASE WHEN k.status IN ('received', 'received_late') THEN k.period_id END IGNORE NULLS) OVER (
               PARTITION BY s.organisation_number, p.return_number ORDER BY p.period_start, k.request_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS last_received_id
    FROM data.status_kept AS k
    JOIN period AS p USING (period_id)
    JOIN span AS s USING (span_id)
    WHERE p.is_wanted OR s.is_wanted
)
SELECT expected_id, last_received_id FROM placed WHERE is_listed

-- name: report_row
-- The wanted rows of return_status as pages show them. slot_*: the period, and for returns on request the month in which they
-- were asked for, because requests fall on any day. outcome: what is counted together. last_received_label: the last period
-- before this one that was received from the organisation.
CREATE OR REPLACE TEMP TABLE report_row AS
SELECT s.*, r.period AS period_kind,
       CASE WHEN r.period = 'request' THEN date_trunc('month', s.period_start)::DATE ELSE s.period_start END AS slot_start,
       CASE WHEN r.period = 'request' THEN 'asked for in ' || strftime(s.period_start, '%B %Y') ELSE s.period_label END AS slot_label,
       CASE WHEN s.status IN ('received', 'received_late', 'not_received', 'rejected', 'not_known') THEN s.status
            ELSE 'other' END AS outcome,
       l.period_label AS last_received_label
FROM data.return_status_row AS s
JOIN wanted_row AS w USING (expected_id)
JOIN mandatory_return AS r ON r.return_code = s.return_code
LEFT JOIN data.period_fact AS l ON l.period_id = w.last_received_id

-- name: slot_of_period
-- Which period of the pages each period is part of: itself, and for returns on request the month in which they were asked for.
CREATE OR REPLACE TEMP TABLE slot_of_period AS
SELECT p.period_id, p.return_code, p.supplier_kind, r.period AS period_kind,
       CASE WHEN r.period = 'request' THEN date_trunc('month', p.period_start)::DATE ELSE p.period_start END AS slot_start,
       CASE WHEN r.period = 'request' THEN 'asked for in ' || strftime(p.period_start, '%B %Y') ELSE p.period_label END AS slot_label
FROM data.period_fact AS p JOIN mandatory_return AS r ON r.return_code = p.return_code

-- name: returns
FROM mandatory_return ORDER BY return_title, return_code

-- name: slots
-- By return and period: how many of each outcome. is_due: somebody's due date is past, of whom it is required.
WITH
counted AS (
    SELECT period_id, status, count(*) AS expected, min(due_on) AS due_first, max(due_on) AS due_last, min(due_basis) AS due_basis,
           bool_or(in_action_period) AS in_action_period
    FROM data.status_kept GROUP BY period_id, status
),
placed AS (
    SELECT c.*, p.return_code, p.slot_start, p.slot_label,
           CASE WHEN c.status IN ('received', 'received_late', 'not_received', 'rejected', 'not_known') THEN c.status
                ELSE 'other' END AS outcome
    FROM counted AS c
    JOIN slot_of_period AS p USING (period_id)
)
SELECT return_code, slot_start, any_value(slot_label) AS label, CAST(coalesce(sum(expected), 0) AS BIGINT) AS expected,
       CAST(coalesce(sum(expected) FILTER (outcome = 'received'), 0) AS BIGINT) AS received,
       CAST(coalesce(sum(expected) FILTER (outcome = 'received_late'), 0) AS BIGINT) AS received_late,
       CAST(coalesce(sum(expected) FILTER (outcome = 'not_received'), 0) AS BIGINT) AS not_received,
       CAST(coalesce(sum(expected) FILTER (outcome = 'rejected'), 0) AS BIGINT) AS rejected,
       CAST(coalesce(sum(expected) FILTER (outcome = 'not_known'), 0) AS BIGINT) AS not_known,
       CAST(coalesce(sum(expected) FILTER (outcome = 'other'), 0) AS BIGINT) AS other, CAST(coalesce(sum(expected) FILTER (status <> 'not_required'), 0) AS BIGINT) AS asked,
       min(due_first) AS due_first, max(due_last) AS due_last, min(due_basis) AS due_basis,
       bool_or(in_action_period) AS in_action_period, coalesce(min(due_first) FILTER (status <> 'not_required') < $as_of, FALSE) AS is_due
FROM placed GROUP BY return_code, slot_start ORDER BY return_code, slot_start

-- name: suppliers
-- By wanted return, period and supplier: how many were expected to send, and what came. Who has several counts under each.
WITH
name AS (
    SELECT x.span_id, x.supplier_kind, o.organisation_number, trim(t.name) AS name, supplier_key(t.name) AS supplier_key
    FROM data.supplier_fact AS x
    JOIN span_shown AS o USING (span_id), LATERAL (SELECT unnest(string_split_regex(x.supplier, '[;,]')) AS name) AS t
    WHERE x.supplier IS NOT NULL
),
through AS (
    SELECT p.return_code, p.slot_start, n.organisation_number, n.name, n.supplier_key, k.status
    FROM data.status_kept AS k
    JOIN slot_of_period AS p USING (period_id)
    JOIN name AS n ON n.span_id = k.span_id AND n.supplier_kind = p.supplier_kind
    WHERE k.status <> 'not_required' AND p.return_code IN (SELECT unnest(CAST($returns AS VARCHAR[])))
)
SELECT t.return_code, t.slot_start, coalesce(any_value(n.supplier_name), min(t.name)) AS supplier,
       count(DISTINCT t.organisation_number) AS organisations,
       count(DISTINCT t.organisation_number) FILTER (t.status IN ('received', 'received_late')) AS received,
       count(DISTINCT t.organisation_number) FILTER (t.status IN ('not_received', 'rejected')) AS missed
FROM through AS t LEFT JOIN data.supplier_name AS n USING (supplier_key)
GROUP BY t.return_code, t.slot_start, t.supplier_key
ORDER BY t.return_code, t.slot_start, missed DESC, supplier

-- name: gaps
-- Open findings that stand for several organisations, the widest first.
SELECT f.kind, f.return_code, f.period_start, f.supplier, f.area_code, f.due_on, f.cause, f.organisations, f.opened_at
FROM finding AS f
WHERE f.resolved_at IS NULL AND f.kind IN ('supplier_gap', 'area_gap', 'source_not_loaded', 'source_incomplete', 'suppressed')
ORDER BY f.organisations DESC, f.return_code, f.period_start, f.supplier, f.area_code, f.kind

-- name: missed
-- Every return not received or rejected of the wanted returns, by return and period.
SELECT return_code, slot_start, organisation_code, organisation_name, period_label, request_id, status, cause, due_on,
       days_overdue, supplier, icb_code, sub_icb_code, pcn_code, last_received_label
FROM report_row WHERE outcome IN ('not_received', 'rejected') AND return_code IN (SELECT unnest(CAST($returns AS VARCHAR[])))
ORDER BY return_code, slot_start, organisation_code, period_start, request_id

-- name: supplier_names
FROM data.supplier_name ORDER BY ALL
