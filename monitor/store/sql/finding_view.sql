-- Each finding with its latest event: the current severity, cause and number of organisations. A finding that a person
-- resolved stays so, though it would still be found, until a check no longer finds it (`gone`).
CREATE OR REPLACE VIEW data.finding_current AS
WITH
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY finding_id
        ORDER BY happened_at DESC,
                 CASE event WHEN 'resolved' THEN 1 WHEN 'resolved_by_hand' THEN 2 WHEN 'changed' THEN 3 ELSE 4 END
    ) AS recency
    FROM data.finding_event
    WHERE event <> 'gone'
)
SELECT s.*, CASE WHEN e.event IN ('resolved', 'resolved_by_hand') THEN e.happened_at END AS resolved_at,
       e.event = 'resolved_by_hand' AND s.finding_id NOT IN (SELECT finding_id FROM data.finding_event WHERE event = 'gone')
           AS is_resolved_by_hand,
       e.severity, e.cause, e.organisations, e.suite, e.expectation
FROM data.finding_subject AS s JOIN ranked AS e ON e.finding_id = s.finding_id AND e.recency = 1;
