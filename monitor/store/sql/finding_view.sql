-- Each finding with its latest event: the current severity, cause and number of organisations.
CREATE OR REPLACE VIEW data.finding_current AS
WITH
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY finding_id ORDER BY happened_at DESC, CASE event WHEN 'resolved' THEN 1 ELSE 2 END
    ) AS recency
    FROM data.finding_event
)
SELECT s.*, CASE WHEN e.event = 'resolved' THEN e.happened_at END AS resolved_at,
       e.severity, e.cause, e.organisations, e.suite, e.expectation
FROM data.finding_subject AS s JOIN ranked AS e ON e.finding_id = s.finding_id AND e.recency = 1;
