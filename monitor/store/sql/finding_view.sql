-- Each finding with its latest event: the current severity, cause and number of organisations. A finding that a person
-- settled stays resolved, though it would still be found, until a check no longer finds it (`gone`).
CREATE OR REPLACE VIEW data.finding_current AS
WITH
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY finding_id
        ORDER BY happened_at DESC,
                 CASE event WHEN 'resolved' THEN 1 WHEN 'settled' THEN 2 WHEN 'changed' THEN 3 ELSE 4 END
    ) AS recency
    FROM data.finding_event
    WHERE event <> 'gone'
)
SELECT s.*, CASE WHEN e.event IN ('resolved', 'settled') THEN e.happened_at END AS resolved_at,
       e.event = 'settled' AND s.finding_id NOT IN (SELECT finding_id FROM data.finding_event WHERE event = 'gone')
           AS is_settled,
       e.severity, e.cause, e.organisations, e.suite, e.expectation
FROM data.finding_subject AS s JOIN ranked AS e ON e.finding_id = s.finding_id AND e.recency = 1;
