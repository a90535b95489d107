-- A fictional England: its organisations, requests, submissions, notices and participation.
-- Variables: practices, pcns, trusts, monitor_from, as_of. Tables in: return_period, mandatory_return.

-- A number from 0 to 999 that looks like chance and is the same every time.
CREATE MACRO chance(number) AS (((number * 2654435761) % 4294967296) * 1000 // 4294967296)::INTEGER;

CREATE TABLE practice AS
SELECT i AS place, 'Z' || (10000 + i) AS organisation_code, 'Practice ' || i AS organisation_name,
       'practice' AS organisation_kind,
       CASE WHEN i % 40 = 7 THEN 'APMS' WHEN i % 4 = 1 THEN 'PMS' ELSE 'GMS' END AS contract_type,
       'Q' || chr((65 + ((i % 106) % 42) // 10)::INTEGER) || ((i % 106) % 42) % 10 AS icb_code,
       'Z' || lpad((i % 106)::VARCHAR, 3, '0') AS sub_icb_code,
       -- A network lies in one sub-ICB.
       'X' || (10000 + CASE WHEN getvariable('pcns') < 106 THEN i % getvariable('pcns')
                            ELSE i % 106 + 106 * ((i // 106) % (getvariable('pcns') // 106)) END)::INTEGER AS pcn_code,
       ['Larch Systems', 'Rowan Clinical', 'Alder Health Ltd'][1 + chance(i) % 3] AS clinical_supplier,
       'Telecom ' || chance(i + 7) % 8 AS telephony_supplier,
       'Online ' || chance(i + 13) % 6 AS online_supplier,
       2000 + chance(i) * 12 AS list_size,
       CASE WHEN i % 100 = 3 THEN (getvariable('as_of') - chance(i))::DATE END AS opened_on,
       CASE WHEN i % 100 = 9 THEN (getvariable('as_of') - chance(i))::DATE END AS closed_on
FROM range(getvariable('practices')) AS r(i);

CREATE TABLE organisation AS
FROM practice
UNION ALL BY NAME
SELECT 100000 + i AS place, 'X' || (10000 + i) AS organisation_code, 'PCN ' || i AS organisation_name,
       'pcn' AS organisation_kind, 'Z' || lpad((i % 106)::VARCHAR, 3, '0') AS sub_icb_code
FROM range(getvariable('pcns')) AS r(i)
UNION ALL BY NAME
SELECT 200000 + i AS place, 'Z' || i // 100 || 'Z' || (i // 10) % 10 || chr((65 + i % 10)::INTEGER) AS organisation_code,
       'Trust ' || i AS organisation_name, 'trust' AS organisation_kind
FROM range(getvariable('trusts')) AS r(i);

-- Every return on request is asked for once a year, requests for information four times.
CREATE TABLE request AS
WITH asked AS (
    SELECT r.return_code, r.owed_by, q.quarter, dense_rank() OVER (ORDER BY r.return_code) AS return_place
    FROM mandatory_return AS r
    CROSS JOIN range((extract(year FROM getvariable('as_of')) - extract(year FROM getvariable('monitor_from'))) * 4)
        AS q(quarter)
    WHERE r.kind = 'on_request' AND (r.return_code = 'information_request' OR q.quarter % 4 = 1)
)
SELECT 'R' || a.return_place || '-' || a.quarter || '-' || o.organisation_code AS request_id,
       o.organisation_code, a.return_code,
       (getvariable('monitor_from') + a.quarter::INTEGER * 91 + chance(o.place + a.return_place) % 90)::DATE AS requested_on,
       requested_on + 14 AS due_on, 'Fictional request' AS subject,
       chance(o.place * 1024 + a.quarter * 8 + a.return_place) AS draw
FROM asked AS a JOIN organisation AS o ON o.organisation_kind = a.owed_by
WHERE requested_on <= getvariable('as_of');

CREATE TABLE notice AS
SELECT 'N1' AS notice_id, 'workforce' AS return_code, 'paused' AS kind,
       (getvariable('as_of') - INTERVAL 8 MONTH)::DATE AS at_on, date_trunc('month', at_on)::DATE AS period_start,
       'national' AS scope, NULL AS scope_value, 'Fictional' AS reason
UNION ALL
SELECT 'N2', 'appointments', 'exempt', (getvariable('as_of') - INTERVAL 6 MONTH)::DATE AS at_on,
       date_trunc('month', at_on)::DATE, 'icb', 'QA0', 'Fictional'
UNION ALL
SELECT 'N3', 'digital_telephony', 'incident', (getvariable('as_of') - INTERVAL 4 MONTH)::DATE AS at_on,
       date_trunc('month', at_on)::DATE, 'supplier', 'Telecom 3', 'Fictional';

CREATE TABLE participation AS
SELECT organisation_code, 'digital_telephony' AS return_code,
       CASE WHEN place % 33 = 5 THEN 'declined' ELSE 'accepted' END AS state, DATE '2016-01-01' AS from_on
FROM practice;

-- What comes of each: 94% in time, 2% late, 1.5% rejected and then accepted, 1% rejected only, 1.5% nothing.
-- Where one clinical supplier has a bad month, seven in ten of its practices send nothing.
CREATE TABLE sent AS
WITH slot AS (
    SELECT p.*, r.owed_by, row_number() OVER (ORDER BY p.return_code, p.period_start) AS slot
    FROM return_period AS p JOIN mandatory_return AS r USING (return_code)
    WHERE r.kind IN ('periodic', 'declaration')
)
SELECT o.organisation_code, s.return_code, s.period_start, coalesce(s.due_on, s.period_end) AS due_on,
       NULL AS request_id, o.place * 1024 + s.slot AS number,
       CASE WHEN s.return_code = 'appointments' AND s.slot % 11 = 3 AND o.clinical_supplier = 'Larch Systems'
             AND o.place % 10 < 7 THEN 999 ELSE chance(o.place * 1024 + s.slot) END AS draw
FROM slot AS s JOIN organisation AS o ON o.organisation_kind = s.owed_by
WHERE coalesce(o.opened_on <= s.period_end, TRUE) AND coalesce(o.closed_on >= s.period_start, TRUE)
UNION ALL
SELECT organisation_code, return_code, requested_on, due_on, request_id, draw, draw FROM request;

CREATE TABLE submission AS
WITH attempt AS (
    SELECT *, 'accepted' AS outcome, due_on - draw % 14 AS sent_on FROM sent WHERE draw < 940
    UNION ALL
    SELECT *, 'accepted', due_on + 1 + draw % 10 FROM sent WHERE draw BETWEEN 940 AND 974
    UNION ALL
    SELECT *, 'rejected', due_on - draw % 4 FROM sent WHERE draw BETWEEN 960 AND 984
)
SELECT organisation_code, return_code, period_start, sent_on::TIMESTAMP + to_seconds(32400 + number % 28800) AS submitted_at,
       outcome, 10 + draw AS record_count, return_code || '-' || number || '-' || outcome[1] AS submission_id,
       request_id, NULL AS detail
FROM attempt
WHERE sent_on BETWEEN period_start AND getvariable('as_of');
