-- name: rates_of_periods
-- The reporting rate of each return and period as a whole: what the view reporting_rate adds up to. Events have none.
SELECT p.return_code, p.slot_start, any_value(p.slot_label) AS label,
       count(*) AS expected, count(*) FILTER (k.status IN ('received', 'received_late')) AS actual,
       count(*) FILTER (k.status = 'received') AS actual_on_time, count(*) FILTER (k.is_missed) AS missed,
       count(*) FILTER (k.status = 'not_known') AS not_known,
       count(*) FILTER (k.status IN ('not_due', 'in_grace', 'no_due_date')) AS not_yet_due,
       CAST(sum(f.list_size) FILTER (k.status <> 'not_known') AS BIGINT) AS patients,
       CAST(coalesce(sum(f.list_size) FILTER (k.status IN ('received', 'received_late')), 0) AS BIGINT) AS patients_covered,
       max(k.due_on) AS due_on, coalesce(min(k.due_on) < $as_of, FALSE) AS is_due
FROM data.status_kept AS k
JOIN slot_of_period AS p USING (period_id)
JOIN data.organisation_fact AS f USING (span_id)
JOIN mandatory_return AS m ON m.return_code = p.return_code AND m.kind <> 'event'
WHERE k.status <> 'not_required'
GROUP BY p.return_code, p.slot_start
ORDER BY p.return_code, p.slot_start

-- name: rate_row
-- The view reporting_rate, once for all pages of rates that are made, with the period that they are of.
CREATE OR REPLACE TEMP TABLE rate_row AS
SELECT r.* EXCLUDE (period_label), s.slot_start
FROM reporting_rate AS r
JOIN (SELECT DISTINCT return_code, period_start, slot_start FROM (
    SELECT p.return_code, f.period_start, p.slot_start FROM slot_of_period AS p JOIN data.period_fact AS f USING (period_id)
)) AS s ON s.return_code = r.return_code AND s.period_start = r.period_start

-- name: rates
-- Of each return and period in $wanted (as text: return, blank, first day), the rates of every ICB, sub-ICB and PCN.
WITH
of_area AS (
    SELECT r.*, a.area_kind, a.area_code, a.area_name
    FROM rate_row AS r, LATERAL (VALUES
        ('icb', r.icb_code, r.icb_name), ('sub-icb', r.sub_icb_code, NULL), ('pcn', r.pcn_code, r.pcn_name)
    ) AS a(area_kind, area_code, area_name)
    WHERE r.return_code || ' ' || r.slot_start IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
)
SELECT return_code, slot_start, area_kind, area_code, max(area_name) AS area_name,
       CAST(sum(expected) AS BIGINT) AS expected, CAST(sum(actual) AS BIGINT) AS actual,
       CAST(sum(actual_on_time) AS BIGINT) AS actual_on_time, CAST(sum(missed) AS BIGINT) AS missed,
       CAST(sum(not_known) AS BIGINT) AS not_known, CAST(sum(not_yet_due) AS BIGINT) AS not_yet_due,
       CAST(sum(patients) AS BIGINT) AS patients, CAST(sum(patients_covered) AS BIGINT) AS patients_covered,
       max(due_on) AS due_on
FROM of_area
GROUP BY return_code, slot_start, area_kind, area_code
ORDER BY return_code, slot_start, area_kind, area_code NULLS LAST

-- name: made_from_rates
-- A number for each return and period that differs whenever anything differs that its rates are made from.
SELECT p.return_code || ' ' || p.slot_start AS part, CAST(sum(s.said) AS VARCHAR) AS made_from
FROM row_said AS s
JOIN slot_of_period AS p USING (period_id)
JOIN mandatory_return AS m ON m.return_code = p.return_code AND m.kind <> 'event'
GROUP BY p.return_code, p.slot_start

-- name: made_from_networks
-- Who belongs to which PCN on the day, and how large: what the view pcn_summary says beside what is expected and absent.
SELECT 'all' AS part, CAST(sum(CAST(hash(organisation_code, pcn_code, list_size, icb_code, sub_icb_code) AS HUGEINT)) AS VARCHAR) AS made_from
FROM data.organisation_dated
WHERE organisation_kind = 'practice' AND pcn_code IS NOT NULL AND CAST($as_of AS DATE) BETWEEN from_on AND to_on
  AND coalesce(opened_on <= CAST($as_of AS DATE), TRUE) AND coalesce(closed_on >= CAST($as_of AS DATE), TRUE)

-- name: networks
FROM pcn_summary ORDER BY missed = 0, reporting_rate NULLS LAST, pcn_code
