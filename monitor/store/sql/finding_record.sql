-- What opened, what changed and what is over: the findings now against the open ones. Events are only ever added.
-- What a person resolved does not open again while it goes on being found.

CREATE OR REPLACE TEMP TABLE finding_opened AS
SELECT left(md5(n.finding_key || '/' || CAST(m.happened_at AS VARCHAR)), 12) AS finding_id, n.*
FROM data.finding_now AS n
CROSS JOIN moment AS m
WHERE NOT EXISTS (
    SELECT 1 FROM data.finding_current AS c WHERE c.finding_key = n.finding_key AND (c.resolved_at IS NULL OR c.is_resolved_by_hand)
);

CREATE OR REPLACE TEMP TABLE finding_moved AS
SELECT c.finding_id, 'changed' AS event, n.severity, n.cause, n.organisations, n.return_code, n.expectation
FROM data.finding_current AS c
JOIN data.finding_now AS n USING (finding_key)
WHERE c.resolved_at IS NULL
  AND (c.severity IS DISTINCT FROM n.severity OR c.cause IS DISTINCT FROM n.cause
       OR c.organisations IS DISTINCT FROM n.organisations)
UNION ALL
SELECT c.finding_id, 'resolved', c.severity, c.cause, c.organisations, c.return_code, c.expectation
FROM data.finding_current AS c
WHERE c.resolved_at IS NULL AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  -- What could not be checked is not over: its findings stay open until a check says otherwise.
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return))
UNION ALL
SELECT c.finding_id, 'gone', c.severity, c.cause, c.organisations, c.return_code, c.expectation
FROM data.finding_current AS c
WHERE c.is_resolved_by_hand AND NOT EXISTS (SELECT 1 FROM data.finding_now AS n WHERE n.finding_key = c.finding_key)
  AND (c.kind = 'could_not_check' OR c.return_code NOT IN (SELECT return_code FROM data.unchecked_return));

INSERT INTO data.finding_subject
SELECT o.finding_id, o.finding_key, o.kind, o.return_code, o.period_start, o.period_end, o.organisation_code, o.request_id,
       o.supplier, o.area_code, o.due_on, m.happened_at, m.as_of
FROM finding_opened AS o CROSS JOIN moment AS m;

INSERT INTO data.finding_event
SELECT o.finding_id, 'opened', m.happened_at, m.as_of, o.severity, o.cause, o.organisations, o.return_code, o.expectation
FROM finding_opened AS o CROSS JOIN moment AS m
UNION ALL
SELECT v.finding_id, v.event, m.happened_at, m.as_of, v.severity, v.cause, v.organisations, v.return_code, v.expectation
FROM finding_moved AS v CROSS JOIN moment AS m;
