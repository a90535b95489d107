-- name: icb_member
-- Which ICB each organisation belongs to as of the day asked about, and which organisations an ICB's code stands for.
-- Tables in: question, closed_icb (boards closed before the day: last day, and the successor where there is one only).

CREATE OR REPLACE TEMP VIEW icb_of_now AS
WITH
standing AS (
    SELECT o.organisation_code, o.icb_code, o.sub_icb_code
    FROM data.organisation_dated AS o CROSS JOIN question AS q
    WHERE o.from_on <= q.as_of AND o.to_on >= q.as_of
),
known_before AS (
    SELECT o.organisation_code, o.icb_code, row_number() OVER (
        PARTITION BY o.organisation_code ORDER BY o.from_on DESC
    ) AS recency
    FROM data.organisation_dated AS o CROSS JOIN question AS q
    WHERE o.from_on <= q.as_of AND o.icb_code IS NOT NULL
),
-- Where no ICB is known on the day because the last one was closed, that one leads to its successor.
stated AS (
    SELECT s.organisation_code, s.sub_icb_code, coalesce(s.icb_code, c.icb_code) AS icb_code
    FROM standing AS s
    LEFT JOIN known_before AS k ON k.organisation_code = s.organisation_code AND k.recency = 1
    LEFT JOIN closed_icb AS c ON c.icb_code = k.icb_code
),
-- The practices of a board that was divided are where the others of their sub-ICB are.
counted AS (
    SELECT s.sub_icb_code, s.icb_code, count(*) AS organisations
    FROM stated AS s LEFT JOIN closed_icb AS c ON c.icb_code = s.icb_code
    WHERE s.sub_icb_code IS NOT NULL AND s.icb_code IS NOT NULL AND c.icb_code IS NULL
    GROUP BY s.sub_icb_code, s.icb_code
),
around AS (
    SELECT sub_icb_code, icb_code, row_number() OVER (
        PARTITION BY sub_icb_code ORDER BY organisations DESC, icb_code
    ) AS choice
    FROM counted
)
SELECT s.organisation_code,
       CASE WHEN c.icb_code IS NULL THEN s.icb_code ELSE coalesce(c.successor_code, a.icb_code, s.icb_code) END AS icb_now
FROM stated AS s
LEFT JOIN closed_icb AS c ON c.icb_code = s.icb_code
LEFT JOIN around AS a ON a.sub_icb_code = s.sub_icb_code AND a.choice = 1;

-- An ICB's code stands for the organisations that belong to it now. One to which none that is open belongs any more
-- stands for those that belonged to it on its last day: the day known for it, else the last day in the register.
CREATE OR REPLACE TEMP VIEW icb_ended AS
WITH
belonging AS (
    SELECT o.organisation_code, o.icb_code, least(o.to_on, coalesce(o.closed_on, o.to_on), q.as_of) AS to_on
    FROM data.organisation_dated AS o CROSS JOIN question AS q
    WHERE o.from_on <= least(q.as_of, coalesce(o.closed_on, q.as_of)) AND o.icb_code IS NOT NULL
),
open_now AS (
    SELECT DISTINCT n.icb_now
    FROM icb_of_now AS n
    JOIN data.organisation_dated AS o USING (organisation_code)
    CROSS JOIN question AS q
    WHERE o.from_on <= q.as_of AND o.to_on >= q.as_of AND coalesce(o.closed_on >= q.as_of, TRUE)
)
SELECT b.icb_code, coalesce(c.last_on, max(b.to_on)) AS last_on
FROM belonging AS b
LEFT JOIN closed_icb AS c ON c.icb_code = b.icb_code
LEFT JOIN open_now AS n ON n.icb_now = b.icb_code
WHERE c.icb_code IS NOT NULL OR n.icb_now IS NULL
GROUP BY b.icb_code, c.last_on;

CREATE OR REPLACE TEMP VIEW icb_member AS
SELECT icb_now AS icb_code, organisation_code FROM icb_of_now WHERE icb_now IS NOT NULL
UNION
SELECT e.icb_code, o.organisation_code
FROM icb_ended AS e
JOIN data.organisation_dated AS o ON o.icb_code = e.icb_code AND o.from_on <= e.last_on AND o.to_on >= e.last_on;
