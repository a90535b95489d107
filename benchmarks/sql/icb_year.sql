-- A year of a fictional ICB of 60 practices: what each of them sent, and when. Table in: return_period.

-- A number from 0 to 999 that looks like chance and is the same every time.
CREATE MACRO chance(number) AS (md5_number(number::VARCHAR) % 1000)::INTEGER;

CREATE TABLE organisation AS
SELECT i AS place, 'Z' || (10000 + i) AS organisation_code, 'Practice ' || i AS organisation_name,
       'practice' AS organisation_kind, CASE WHEN i % 4 = 1 THEN 'PMS' ELSE 'GMS' END AS contract_type,
       'QHM' AS icb_code, 'Z00' || i % 5 AS sub_icb_code, 'X' || (10000 + i % 12) AS pcn_code,
       ['Larch Systems', 'Rowan Clinical', 'Alder Health'][1 + i % 3] AS clinical_supplier,
       'Telecom ' || i // 20 AS telephony_supplier, 'Online ' || i % 2 AS online_supplier
FROM range(60) AS r(i);

-- 96% in time, 2.5% up to ten days late, 0.5% rejected and mended a few days later, 1% never.
-- telephony: the service of Telecom 1 is down from 5 to 7 June, and what was not yet sent goes out on the 8th.
-- appointments: nothing of August comes out of Rowan Clinical until a month after its due date.
CREATE TABLE submission AS
WITH slot AS (
    SELECT *, row_number() OVER (ORDER BY return_code, period_start) AS slot
    FROM return_period
),
sent AS (
    SELECT o.*, s.return_code, s.period_start, s.due_on, o.place * 1024 + s.slot AS number, chance(number) AS draw,
           s.return_code = 'digital_telephony' AND s.due_on = DATE '2025-06-05' AND o.telephony_supplier = 'Telecom 1' AS is_outage,
           s.return_code = 'appointments' AND s.period_start = DATE '2025-08-01' AND o.clinical_supplier = 'Rowan Clinical' AS is_gap
    FROM slot AS s CROSS JOIN organisation AS o
),
attempt AS (
    SELECT *, 'accepted' AS outcome,
           CASE WHEN is_outage THEN DATE '2025-06-08'
                WHEN is_gap THEN due_on + 30
                WHEN draw < 960 THEN due_on - draw % 4
                WHEN draw < 985 THEN due_on + 1 + draw % 10
                ELSE due_on + 2 + draw % 5 END AS sent_on
    FROM sent WHERE draw < 990 OR is_outage OR is_gap
    UNION ALL
    SELECT *, 'rejected', due_on - draw % 3 FROM sent WHERE draw BETWEEN 985 AND 989 AND NOT is_outage AND NOT is_gap
)
SELECT organisation_code, return_code, period_start, sent_on,
       sent_on::TIMESTAMP + to_seconds(32400 + number % 28800) AS submitted_at, outcome, 10 + draw AS record_count,
       return_code || '-' || number || '-' || outcome[1] AS submission_id
FROM attempt;
