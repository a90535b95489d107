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
LEFT JOIN standing_for AS i ON i.organisation_code = f.organisation_code
WHERE c.resolved_at IS NULL
GROUP BY ALL
UNION ALL
-- Rows that could not be read are where the register says that their organisations are; nowhere, where it does not.
SELECT c.finding_id, o.icb_code, i.icb_codes, o.sub_icb_code, o.pcn_code
FROM data.rejected_told AS t
JOIN data.finding_current AS c
    ON c.finding_key = finding_key('row_rejected', coalesce(t.return_code, ''), NULL, t.told_as) AND c.resolved_at IS NULL
LEFT JOIN (
    FROM data.organisation_dated QUALIFY row_number() OVER (PARTITION BY organisation_code ORDER BY from_on DESC) = 1
) AS o ON o.organisation_code = t.organisation_code
LEFT JOIN standing_for AS i ON i.organisation_code = t.organisation_code
GROUP BY ALL
UNION ALL
SELECT due_soon_id(s.return_code, s.period_start, s.due_on), s.icb_code, i.icb_codes, s.sub_icb_code, s.pcn_code
FROM data.return_status_row AS s LEFT JOIN standing_for AS i USING (organisation_code)
WHERE s.status = 'not_due' AND s.due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
GROUP BY ALL

-- name: items
-- What there may be to say: open findings; findings that are over, where somebody was notified of them and not yet of
-- that; and returns that fall due within $before_due_days, where so many days ahead are asked for (NULL: none). What
-- became part of an absence that begins earlier is not over, and is reported as part of that one.
WITH
notified_last AS (
    SELECT m.item_id, r.recipient, arg_max(m.reason, a.alert_number) AS reason
    FROM data.alert AS a
    JOIN data.alert_item AS m USING (alert_id)
    JOIN data.alert_recipient AS r USING (alert_id)
    WHERE list_contains($recipients, r.recipient)   -- recipients no longer on any route are not waited for
      AND (m.alert_id, r.recipient, m.item_id) NOT IN (SELECT (alert_id, recipient, item_id) FROM data.alert_item_withdrawn)
    GROUP BY m.item_id, r.recipient
),
finding AS (
    SELECT finding_id AS item_id, kind, return_code, severity, cause, organisation_code,
           supplier_key(supplier) AS supplier_key, resolved_at IS NOT NULL AS is_over,
           coalesce(periods, 1) AS periods
    FROM data.finding_current
    WHERE resolved_at IS NULL
       OR NOT is_joined AND finding_id IN (SELECT item_id FROM notified_last WHERE reason <> 'resolved')
          -- What is watched no more is not over: nothing is said of it.
          AND (return_code = '' OR return_code IN (SELECT return_code FROM data.mandatory_return))
),
due_soon AS (
    SELECT DISTINCT due_soon_id(return_code, period_start, due_on) AS item_id, 'due_soon' AS kind, return_code,
           'info' AS severity, FALSE AS is_over, 1 AS periods
    FROM data.return_status_row
    WHERE status = 'not_due' AND due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
)
SELECT * FROM (FROM finding UNION ALL BY NAME FROM due_soon)
ORDER BY kind, return_code, item_id

-- name: organisations_of
-- The organisations for which each item of notified_now stands that is not about one alone, and where they are: see areas.
WITH
standing_for AS (
    SELECT organisation_code, list(icb_code ORDER BY icb_code) AS icb_codes FROM data.icb_member GROUP BY organisation_code
),
of_many AS (
    SELECT DISTINCT c.finding_id, c.finding_key, c.kind
    FROM notified_now AS t JOIN data.finding_current AS c ON c.finding_id = t.item_id
    WHERE c.organisation_code IS NULL
)
SELECT c.finding_id AS item_id, f.organisation_code, f.icb_code, i.icb_codes, f.sub_icb_code, f.pcn_code
FROM of_many AS c
JOIN data.finding_member AS m USING (finding_key)
JOIN data.status_kept AS e USING (expected_id)
JOIN data.organisation_fact AS f USING (span_id)
LEFT JOIN standing_for AS i ON i.organisation_code = f.organisation_code
GROUP BY ALL
UNION ALL
SELECT c.finding_id, t.organisation_code, o.icb_code, i.icb_codes, o.sub_icb_code, o.pcn_code
FROM of_many AS c
JOIN data.rejected_told AS t
    ON c.kind = 'row_rejected' AND c.finding_key = finding_key('row_rejected', coalesce(t.return_code, ''), NULL, t.told_as)
LEFT JOIN (
    FROM data.organisation_dated QUALIFY row_number() OVER (PARTITION BY organisation_code ORDER BY from_on DESC) = 1
) AS o ON o.organisation_code = t.organisation_code
LEFT JOIN standing_for AS i ON i.organisation_code = t.organisation_code
GROUP BY ALL

-- name: items_waiting
-- What the alerts say that are still to be delivered to someone.
SELECT alert_id, item_id
FROM data.alert_item
WHERE alert_id IN (SELECT alert_id FROM data.delivery WHERE state = 'planned')
  AND (alert_id, item_id) NOT IN (SELECT (alert_id, item_id) FROM data.alert_item_withdrawn)

-- name: nearest_organisations
-- The codes in the register that are nearest to what was typed.
SELECT organisation_code
FROM data.organisation_dated
GROUP BY organisation_code
ORDER BY damerau_levenshtein(organisation_code, $organisation_code), organisation_code
LIMIT 3

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
-- The open findings about an organisation, a return, and periods up to one; each criterion may be left out. What lasts
-- fits where all its periods have ended by the end of that one.
WITH
until AS (
    SELECT p.return_code, max(p.period_end) AS period_end
    FROM data.period_fact AS p WHERE p.period_start = CAST($until AS DATE) GROUP BY p.return_code
),
last_period AS (
    SELECT m.finding_key, max(p.period_end) AS period_end
    FROM data.finding_member AS m
    JOIN data.status_kept AS k USING (expected_id)
    JOIN data.period_fact AS p USING (period_id)
    GROUP BY m.finding_key
)
SELECT c.finding_id
FROM data.finding_current AS c
LEFT JOIN last_period AS l ON l.finding_key = c.finding_key
LEFT JOIN until AS u ON u.return_code = c.return_code
WHERE c.resolved_at IS NULL
  AND ($organisation_code IS NULL OR c.organisation_code = $organisation_code)
  AND ($return_code IS NULL OR c.return_code = $return_code)
  AND ($until IS NULL OR c.period_start IS NOT NULL AND coalesce(l.period_end, c.period_end, c.period_start)
           <= coalesce(u.period_end, CASE WHEN day(CAST($until AS DATE)) = 1 THEN last_day(CAST($until AS DATE)) END, CAST($until AS DATE)))
ORDER BY c.finding_id

-- name: resolve_by_hand
-- A person resolves a finding: an event like any other.
INSERT INTO data.finding_event
SELECT c.finding_id, 'resolved_by_hand', t.happened_at, (SELECT as_of FROM data.check_run WHERE recorded ORDER BY rowid DESC LIMIT 1),
       c.severity, c.cause, c.organisations, c.suite, c.expectation, c.periods
FROM data.finding_current AS c JOIN resolved_by_hand AS t USING (finding_id)

-- name: silences
-- The silences that were not ended by hand; whether one still holds is for the policy to say.
SELECT until_at, item_id, kind, return_code, supplier_key(supplier) AS supplier_key, organisation_code, area_code
FROM data.silence
WHERE silence_id NOT IN (SELECT silence_id FROM data.silence_ended)

-- name: notified
-- What each recipient was notified of last about each item: as what, when it arrived, and of how many periods at most.
SELECT r.recipient, m.item_id, arg_max(m.reason, a.alert_number) AS reason,
       arg_max(m.severity, a.alert_number) AS severity,
       -- arg_max passes over NULL, and no cause is a cause to be remembered too.
       nullif(arg_max(coalesce(m.cause, ''), a.alert_number), '') AS cause,
       max(a.as_of) AS notified_on,
       CASE WHEN NOT bool_or(d.state = 'planned') THEN max(coalesce(d.sent_at, a.planned_at)) END AS delivered_at,
       max(coalesce(m.periods, 1)) AS periods
FROM data.alert AS a
JOIN data.alert_item AS m USING (alert_id)
JOIN data.alert_recipient AS r USING (alert_id)
JOIN data.delivery AS d ON d.alert_id = r.alert_id AND d.recipient = r.recipient
LEFT JOIN data.alert_item_withdrawn AS w
    ON w.alert_id = m.alert_id AND w.recipient = r.recipient AND w.item_id = m.item_id
WHERE w.item_id IS NULL
GROUP BY r.recipient, m.item_id

-- name: over_while_waiting
-- What has ended since a message about it was planned, for those recipients who never got that message. Where it may
-- have arrived (no answer came, or the program ended while it was on its way), it is sent as it was, and the end after it.
INSERT INTO data.alert_item_withdrawn
WITH
last_tried AS (
    SELECT alert_id, recipient, arg_max(outcome, attempt_number) AS outcome, arg_max(detail, attempt_number) AS detail
    FROM data.delivery_attempt WHERE outcome <> 'asked_again'
    GROUP BY alert_id, recipient
)
SELECT m.alert_id, d.recipient, m.item_id, $at
FROM data.delivery AS d
JOIN data.alert_item AS m USING (alert_id)
LEFT JOIN data.finding_current AS c ON c.finding_id = m.item_id
LEFT JOIN data.alert_item_withdrawn AS w
    ON w.alert_id = m.alert_id AND w.recipient = d.recipient AND w.item_id = m.item_id
LEFT JOIN last_tried AS t ON t.alert_id = d.alert_id AND t.recipient = d.recipient
WHERE d.state = 'planned' AND d.sent_at IS NULL AND w.item_id IS NULL AND m.reason <> 'resolved'
  AND NOT coalesce(t.outcome = 'begun' OR t.detail LIKE $may_have_arrived, FALSE)
  AND (c.resolved_at IS NOT NULL
       OR starts_with(m.item_id, 'due_soon/') AND TRY_CAST(split_part(m.item_id, '/', 4) AS DATE) < $as_of)

-- name: withdrawn_whole
-- Who waits for a message of which nothing is left.
INSERT INTO data.delivery_attempt
SELECT nextval('data.next_attempt'), d.alert_id, d.recipient, $at, 'withdrawn', 'all of it was over before it was sent'
FROM data.delivery AS d
WHERE d.state = 'planned' AND d.sent_at IS NULL
  AND EXISTS (SELECT 1 FROM data.alert_item_withdrawn AS w WHERE w.alert_id = d.alert_id AND w.recipient = d.recipient)
  AND NOT EXISTS (
      SELECT 1
      FROM data.alert_item AS m
      LEFT JOIN data.alert_item_withdrawn AS w
          ON w.alert_id = m.alert_id AND w.item_id = m.item_id AND w.recipient = d.recipient
      WHERE m.alert_id = d.alert_id AND w.item_id IS NULL
  )

-- name: withdrawn_in_part
-- The messages that wait and of which a part was withdrawn at this instant.
SELECT a.alert_id
FROM data.alert AS a
WHERE a.alert_id IN (SELECT alert_id FROM data.alert_item_withdrawn WHERE withdrawn_at = $at)
  AND a.alert_id IN (SELECT alert_id FROM data.delivery WHERE state = 'planned')
  AND a.alert_id NOT IN (SELECT alert_id FROM data.alert_rewritten WHERE rewritten_at = $at)

-- name: left_of
-- What messages are about, without what was withdrawn from them.
SELECT a.alert_id, a.message_id, a.planned_at, a.summary_since, m.item_id, m.reason
FROM data.alert AS a
JOIN data.alert_item AS m USING (alert_id)
WHERE list_contains($alert_ids, a.alert_id)
  AND (a.alert_id, m.item_id) NOT IN (SELECT (alert_id, item_id) FROM data.alert_item_withdrawn)
ORDER BY a.alert_number, m.item_id

-- name: open_and_notified
-- What a recipient was notified of and is still open, beside what one alert is about.
SELECT DISTINCT m.item_id
FROM data.alert_item AS m
JOIN data.alert_recipient AS r USING (alert_id)
JOIN data.finding_current AS c ON c.finding_id = m.item_id
WHERE r.recipient = $recipient AND c.resolved_at IS NULL AND c.kind <> 'late_return'
  AND m.item_id NOT IN (SELECT item_id FROM data.alert_item WHERE alert_id = $alert_id)
ORDER BY m.item_id

-- name: letters_before
-- When each recipient got the last message, and the last summary. What is still on its way is about to arrive.
SELECT r.recipient, max(CASE r.state WHEN 'planned' THEN $now ELSE coalesce(r.sent_at, a.planned_at) END) AS last_at,
       max(a.as_of) FILTER (a.summary_since IS NOT NULL) AS summary_on
FROM data.alert AS a
JOIN data.delivery AS r USING (alert_id)
WHERE r.state <> 'withdrawn'
GROUP BY r.recipient

-- name: changes
-- What each recipient was notified of since its last summary; of the first one, since a day.
WITH
summary AS (
    SELECT r.recipient, max(a.alert_number) AS summary_number
    FROM data.alert AS a JOIN data.alert_recipient AS r USING (alert_id)
    WHERE a.summary_since IS NOT NULL AND a.planned_at < $before
    GROUP BY r.recipient
)
SELECT r.recipient, m.reason, count(*) AS items
FROM data.alert AS a
JOIN data.alert_item AS m USING (alert_id)
JOIN data.alert_recipient AS r USING (alert_id)
LEFT JOIN summary AS s ON s.recipient = r.recipient
LEFT JOIN data.alert_item_withdrawn AS w
    ON w.alert_id = m.alert_id AND w.recipient = r.recipient AND w.item_id = m.item_id
WHERE m.reason IN ('new', 'longer', 'changed', 'resolved') AND NOT starts_with(m.item_id, 'due_soon/')
  AND a.planned_at < $before AND w.item_id IS NULL
  AND CASE WHEN s.recipient IS NULL THEN a.as_of > $first_since ELSE a.alert_number > s.summary_number END
GROUP BY r.recipient, m.reason
ORDER BY r.recipient, m.reason

-- name: still_open
-- What is still open of the items in open_now, counted by return and kind, with the one that has lasted longest.
WITH
name AS (
    SELECT organisation_code, arg_max(organisation_name, from_on) AS organisation_name
    FROM data.organisation_dated GROUP BY organisation_code
),
period AS (
    SELECT DISTINCT return_code, period_start, period_end, period_label FROM data.period_fact
),
unread AS (
    SELECT finding_key('row_rejected', coalesce(return_code, ''), NULL, told_as) AS finding_key,
           count(DISTINCT row_text) AS unread_rows
    FROM data.rejected_told GROUP BY ALL
)
SELECT r.return_title, c.kind, count(*) AS findings, count(DISTINCT c.organisation_code) AS organisations,
       arg_min(p.period_label, (c.period_start, c.organisation_code)) AS since,
       arg_min(c.organisation_code, (c.period_start, c.organisation_code)) AS organisation_code,
       arg_min(n.organisation_name, (c.period_start, c.organisation_code)) AS organisation_name,
       CAST(sum(u.unread_rows) AS BIGINT) AS unread_rows, list(DISTINCT c.expectation ORDER BY c.expectation) AS files
FROM open_now AS o
JOIN data.finding_current AS c ON c.finding_id = o.item_id
LEFT JOIN data.mandatory_return AS r USING (return_code)
LEFT JOIN period AS p
    ON p.return_code = c.return_code AND p.period_start = c.period_start AND p.period_end = c.period_end
LEFT JOIN name AS n ON n.organisation_code = c.organisation_code
LEFT JOIN unread AS u ON u.finding_key = c.finding_key
GROUP BY r.return_title, c.return_code, c.kind
ORDER BY r.return_title, c.kind

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
    WHERE t.resolved_at IS NULL AND t.kind IN ('missing_return', 'late_return', 'unexpected_row', 'supplier_gap', 'area_gap', 'low_volume', 'expectation_not_met',
                                                   'parts_missing')
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
SELECT t.finding_id, t.reason AS notified_as, t.kind, t.severity, t.return_code, r.return_title,
       coalesce(l.period_start, t.period_start) AS period_start, coalesce(l.period_end, t.period_end) AS period_end,
       coalesce(l.organisation_code, t.organisation_code) AS organisation_code, l.organisation_name, l.contract_type,
       l.icb_code, l.sub_icb_code, l.pcn_code, coalesce(l.supplier, t.supplier) AS supplier, t.area_code,
       coalesce(l.due_on, t.due_on) AS due_on,
       CASE WHEN t.resolved_at IS NULL THEN $as_of - coalesce(l.due_on, t.due_on) END AS days_overdue,
       l.status, coalesce(l.cause, t.cause) AS cause, a.last_attempt_on, l.evidence,
       CASE WHEN l.organisation_code IS NULL THEN t.organisations ELSE 1 END AS organisations,
       coalesce(l.gms_reference, r.gms_reference) AS gms_reference,
       coalesce(l.pms_reference, r.pms_reference) AS pms_reference, l.parts_missing
FROM notified AS t
LEFT JOIN data.mandatory_return AS r USING (return_code)
LEFT JOIN listed AS l USING (finding_id)
LEFT JOIN attempt AS a
    ON a.organisation_code = l.organisation_code AND a.return_code = l.return_code AND a.period_start = l.period_start
ORDER BY severity_rank(t.severity), t.kind, t.return_code, t.period_start, t.finding_id, 9, 7

-- name: contacts_of_organisations
SELECT organisation_code, contact FROM data.contact_line WHERE organisation_code IS NOT NULL

-- name: contacts_of_suppliers
-- By supplier as findings name it.
SELECT f.supplier, c.contact
FROM (SELECT DISTINCT supplier FROM data.finding_subject WHERE kind = 'supplier_gap') AS f
JOIN data.contact_line AS c ON c.organisation_code IS NULL AND c.supplier_key = supplier_key(f.supplier)

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
-- What is still to be delivered, the oldest first, as it was written last.
WITH
rewritten AS (
    SELECT alert_id, arg_max(message, rewriting) AS message FROM data.alert_message_anew GROUP BY alert_id
)
SELECT a.alert_id, coalesce(w.message, m.message) AS message, a.planned_at, d.recipients
FROM (
    SELECT alert_id, string_agg(recipient, chr(10) ORDER BY recipient) AS recipients
    FROM data.delivery WHERE state = 'planned' GROUP BY alert_id
) AS d
JOIN data.alert AS a USING (alert_id)
JOIN data.alert_message AS m USING (alert_id)
LEFT JOIN rewritten AS w USING (alert_id)
ORDER BY a.alert_number
