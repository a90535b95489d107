-- name: acknowledged
-- What somebody has said to be looking after.
SELECT DISTINCT about_id FROM data.decision WHERE decision = 'acknowledged'

-- name: areas
-- Where the organisations are for which each open finding, or due date ahead, stands. icb_codes: every ICB that stands
-- for the organisation, the one of now and one that was merged; icb_code: the one of the period.
WITH
standing_for AS (
    SELECT organisation_code, list(icb_code ORDER BY icb_code) AS icb_codes FROM data.icb_member GROUP BY organisation_code
)
SELECT c.finding_id AS item_id, f.icb_code, i.icb_codes, f.sub_icb_code, f.pcn_code
FROM data.finding_current AS c
JOIN data.finding_member AS m USING (finding_key)
JOIN data.status_kept AS e USING (expected_id)
JOIN data.organisation_fact AS f USING (span_id)
LEFT JOIN standing_for AS i USING (organisation_code)
WHERE c.resolved_at IS NULL
GROUP BY ALL
UNION ALL
SELECT due_soon_id(s.return_code, s.period_start, s.due_on), s.icb_code, i.icb_codes, s.sub_icb_code, s.pcn_code
FROM data.return_status_row AS s LEFT JOIN standing_for AS i USING (organisation_code)
WHERE s.status = 'not_due' AND s.due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
GROUP BY ALL

-- name: items
-- What could be told: open findings; findings that are over, where somebody was told of them and not yet of that; and
-- returns that fall due within $before_due_days, where that many are to be told of ahead (NULL: none).
WITH
notified_last AS (
    SELECT m.item_id, r.recipient, arg_max(m.reason, a.alert_number) AS reason
    FROM data.alert AS a
    JOIN data.alert_item AS m USING (alert_id)
    JOIN data.alert_recipient AS r USING (alert_id)
    WHERE list_contains($recipients, r.recipient)   -- whoever is no longer told anything is not waited for
    GROUP BY m.item_id, r.recipient
),
finding AS (
    SELECT finding_id AS item_id, kind, return_code, severity, cause, organisation_code,
           supplier_key(supplier) AS supplier_key, resolved_at IS NOT NULL AS is_over
    FROM data.finding_current
    WHERE resolved_at IS NULL OR finding_id IN (SELECT item_id FROM notified_last WHERE reason <> 'resolved')
),
due_soon AS (
    SELECT DISTINCT due_soon_id(return_code, period_start, due_on) AS item_id, 'due_soon' AS kind, return_code,
           'info' AS severity, FALSE AS is_over
    FROM data.return_status_row
    WHERE status = 'not_due' AND due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
)
SELECT * FROM (FROM finding UNION ALL BY NAME FROM due_soon)
ORDER BY kind, return_code, item_id

-- name: items_waiting
-- What the alerts tell that are still to be delivered to somebody.
SELECT alert_id, item_id
FROM data.alert_item
WHERE alert_id IN (SELECT alert_id FROM data.delivery WHERE state = 'planned')

-- name: not_delivered
-- The alerts that some recipient has not got, tried or not. What a person has acknowledged is left out.
SELECT d.alert_id
FROM data.delivery AS d
JOIN data.alert AS a USING (alert_id)
WHERE d.state IN ('planned', 'undeliverable')
  AND d.alert_id NOT IN (SELECT about_id FROM data.decision WHERE decision = 'acknowledged')
GROUP BY d.alert_id, a.alert_number
ORDER BY a.alert_number

-- name: open_that_fit
-- The open findings about an organisation, a return, and periods up to one; each criterion may be left out.
SELECT finding_id
FROM data.finding_current
WHERE resolved_at IS NULL
  AND ($organisation_code IS NULL OR organisation_code = $organisation_code)
  AND ($return_code IS NULL OR return_code = $return_code)
  AND ($until IS NULL OR period_start <= $until)
ORDER BY finding_id

-- name: resolve_by_hand
-- A person resolves a finding: an event like any other.
INSERT INTO data.finding_event
SELECT c.finding_id, 'resolved_by_hand', t.happened_at, (SELECT max(as_of) FROM data.check_run WHERE recorded),
       c.severity, c.cause, c.organisations, c.suite, c.expectation, c.periods
FROM data.finding_current AS c JOIN resolved_by_hand AS t USING (finding_id)

-- name: silences
-- The silences that were not ended by hand; whether one still holds is for the policy to say.
SELECT until_at, item_id, kind, return_code, supplier_key(supplier) AS supplier_key, organisation_code, area_code
FROM data.silence
WHERE silence_id NOT IN (SELECT silence_id FROM data.silence_ended)

-- name: notified
-- What each recipient was told last about each item.
SELECT r.recipient, m.item_id, arg_max(m.reason, a.alert_number) AS reason,
       arg_max(m.severity, a.alert_number) AS severity,
       -- arg_max passes over NULL, and no cause is a cause to be remembered too.
       nullif(arg_max(coalesce(m.cause, ''), a.alert_number), '') AS cause,
       max(a.as_of) AS told_on
FROM data.alert AS a
JOIN data.alert_item AS m USING (alert_id)
JOIN data.alert_recipient AS r USING (alert_id)
GROUP BY r.recipient, m.item_id

-- name: notified_rows
-- The full list behind a message: one row an expected return for which a finding in notified_now stands. Findings about
-- sources, which stand for everybody who owes the return, have one row.
WITH
notified AS (
    SELECT t.reason, c.*
    FROM notified_now AS t JOIN data.finding_current AS c ON c.finding_id = t.item_id
),
listed AS (
    SELECT t.finding_id, s.*
    FROM notified AS t
    JOIN data.finding_member AS m USING (finding_key)
    JOIN data.return_status_row AS s USING (expected_id)
    WHERE t.resolved_at IS NULL AND t.kind IN ('missing_return', 'late_return', 'unexpected_row', 'supplier_gap', 'area_gap', 'low_volume')
),
attempt AS (
    SELECT s.organisation_code, s.return_code, s.period_start, max(s.submitted_on) AS last_attempt_on
    FROM data.submission_attempt AS s
    WHERE s.submitted_on <= $as_of
      AND (s.organisation_code, s.return_code, s.period_start) IN (
          SELECT (organisation_code, return_code, period_start) FROM listed WHERE attempts > 0
      )
    GROUP BY ALL
)
SELECT t.finding_id, t.reason AS told_as, t.kind, t.severity, t.return_code, r.return_title, t.period_start, t.period_end,
       coalesce(l.organisation_code, t.organisation_code) AS organisation_code, l.organisation_name, l.contract_type,
       l.icb_code, l.sub_icb_code, l.pcn_code, coalesce(l.supplier, t.supplier) AS supplier, t.area_code,
       coalesce(l.due_on, t.due_on) AS due_on,
       CASE WHEN t.resolved_at IS NULL THEN $as_of - coalesce(l.due_on, t.due_on) END AS days_overdue,
       l.status, coalesce(l.cause, t.cause) AS cause, a.last_attempt_on, l.evidence,
       CASE WHEN l.organisation_code IS NULL THEN t.organisations ELSE 1 END AS organisations,
       r.gms_reference, r.pms_reference
FROM notified AS t
LEFT JOIN data.mandatory_return AS r USING (return_code)
LEFT JOIN listed AS l USING (finding_id)
LEFT JOIN attempt AS a
    ON a.organisation_code = l.organisation_code AND a.return_code = l.return_code AND a.period_start = l.period_start
ORDER BY severity_rank(t.severity), t.kind, t.return_code, t.period_start, t.finding_id, 9

-- name: undelivered
-- Who has not got a message that was tried: to be tried again, or undeliverable. What a person has acknowledged is left out.
SELECT a.alert_id, a.subject, a.planned_at, d.recipient, d.state, d.attempts, d.last_error
FROM data.delivery AS d
JOIN data.alert AS a USING (alert_id)
WHERE (d.state = 'undeliverable' OR d.state = 'planned' AND d.attempts > 0)
  AND NOT EXISTS (       -- what is asked for again after that is news
      SELECT 1 FROM data.decision AS k
      WHERE k.about_id = a.alert_id AND k.decision = 'acknowledged'
        AND k.decided_at >= coalesce((
            SELECT max(attempted_at) FROM data.delivery_attempt AS t
            WHERE t.alert_id = d.alert_id AND t.recipient = d.recipient AND t.outcome = 'asked_again'
        ), a.planned_at)
  )
ORDER BY a.alert_number, d.recipient

-- name: waiting
-- What is still to be delivered, the oldest first.
SELECT a.alert_id, m.message, string_agg(d.recipient, chr(10) ORDER BY d.recipient) AS recipients
FROM data.delivery AS d
JOIN data.alert AS a USING (alert_id)
JOIN data.alert_message AS m USING (alert_id)
WHERE d.state = 'planned'
GROUP BY a.alert_id, a.alert_number, m.message
ORDER BY a.alert_number
