-- name: absence_shown
-- Absences that are not over, of the wanted organisations and areas, and the first $most of all: an organisation with the
-- longest first, and of those the one with most patients. place: in this order; open_absences, absent_organisations: of all.
CREATE OR REPLACE TEMP TABLE absence_shown AS
WITH
open_now AS (
    SELECT k.absence_id, k.periods, o.organisation_code, o.icb_now, o.sub_icb_code, o.pcn_code, f.list_size, f.organisation_kind,
           max(k.periods) OVER (PARTITION BY o.organisation_code) AS longest
    FROM data.absence_kept AS k
    JOIN data.status_kept AS s ON s.expected_id = k.last_expected_id
    JOIN span_shown AS o USING (span_id)
    JOIN data.organisation_fact AS f USING (span_id)
    WHERE k.ended_by_expected_id IS NULL
),
placed AS (
    SELECT *, row_number() OVER (ORDER BY longest DESC, list_size DESC NULLS LAST, organisation_code, periods DESC, absence_id) AS place,
           count(*) OVER () AS open_absences
    FROM open_now
),
picked AS (
    SELECT * FROM placed
    WHERE place <= $most
       OR organisation_code IN (SELECT unnest(CAST($organisations AS VARCHAR[])))
       OR icb_now IN (SELECT unnest(CAST($icbs AS VARCHAR[])))
       OR sub_icb_code IN (SELECT unnest(CAST($sub_icbs AS VARCHAR[])))
       OR pcn_code IN (SELECT unnest(CAST($pcns AS VARCHAR[])))
)
SELECT a.* EXCLUDE (days_overdue), p.place, p.list_size, p.organisation_kind, p.open_absences,
       r.period AS period_kind, l.period_label AS last_received_label,
       CASE WHEN r.period = 'request' THEN date_trunc('month', a.first_period_start)::DATE ELSE a.first_period_start END AS slot_start,
       f.period_label AS first_label
FROM picked AS p
JOIN data.absence_row AS a USING (absence_id)
JOIN mandatory_return AS r ON r.return_code = a.return_code
JOIN (SELECT DISTINCT return_code, period_start, period_label FROM data.period_fact) AS f
    ON f.return_code = a.return_code AND f.period_start = a.first_period_start
LEFT JOIN (SELECT DISTINCT return_code, period_start, period_label FROM data.period_fact) AS l
    ON l.return_code = a.return_code AND l.period_start = a.last_received_period_start

-- name: absences_first
-- The first $most of all, in their order.
FROM absence_shown WHERE place <= $most ORDER BY place

-- name: absences_of_organisations
FROM absence_shown WHERE organisation_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
ORDER BY organisation_code, periods DESC, return_code, first_period_start, absence_id

-- name: absences_of_areas
-- Of each wanted area of one kind the first $most; area_absences counts all of them.
SELECT @area AS area_code, *, count(*) OVER (PARTITION BY @area) AS area_absences
FROM absence_shown
WHERE @area IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
QUALIFY row_number() OVER (PARTITION BY @area ORDER BY place) <= $most
ORDER BY area_code, place

-- name: absent_kinds
-- Who has absences that are not over: how many of each kind of organisation.
SELECT f.organisation_kind, count(DISTINCT f.organisation_code) AS organisations, count(*) AS absences
FROM data.absence_kept AS k
JOIN data.status_kept AS s ON s.expected_id = k.last_expected_id
JOIN data.organisation_fact AS f USING (span_id)
WHERE k.ended_by_expected_id IS NULL
GROUP BY f.organisation_kind ORDER BY organisations DESC, f.organisation_kind

-- name: supplier_contacts
-- Whom to ask at the suppliers of open gaps, where a contacts file says so.
SELECT f.supplier, c.contact
FROM (SELECT DISTINCT supplier FROM finding WHERE resolved_at IS NULL AND kind = 'supplier_gap') AS f
JOIN data.contact_line AS c ON c.organisation_code IS NULL AND c.supplier_key = supplier_key(f.supplier)

-- name: contacts_of_organisations
SELECT organisation_code, name, role, email, phone
FROM data.contact_now WHERE organisation_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
ORDER BY organisation_code, role, name
