-- A person resolves a finding: an event like any other.
INSERT INTO data.finding_event
SELECT c.finding_id, 'resolved_by_hand', t.happened_at, (SELECT max(as_of) FROM data.check_run WHERE recorded),
       c.severity, c.cause, c.organisations, c.suite, c.expectation
FROM data.finding_current AS c JOIN resolved_by_hand AS t USING (finding_id)
