-- Each recipient of each alert with what came of it last. A message that a server refused for good is undeliverable,
-- until somebody asks for it again.
CREATE OR REPLACE VIEW data.delivery AS
WITH
last_attempt AS (
    SELECT alert_id, recipient, count(*) FILTER (outcome <> 'asked_again') AS attempts,
           arg_max(outcome, attempt_number) AS outcome,
           max(attempted_at) FILTER (outcome IN ('accepted', 'written')) AS sent_at,
           arg_max(detail, attempt_number) FILTER (outcome IN ('deferred', 'refused')) AS last_error
    FROM data.delivery_attempt
    GROUP BY alert_id, recipient
)
SELECT r.alert_id, r.recipient, coalesce(t.attempts, 0) AS attempts, t.sent_at,
       CASE WHEN t.outcome IN ('deferred', 'refused') THEN t.last_error END AS last_error,
       CASE t.outcome WHEN 'accepted' THEN 'sent' WHEN 'written' THEN 'written' WHEN 'refused' THEN 'undeliverable'
            ELSE 'planned' END AS state
FROM data.alert_recipient AS r
LEFT JOIN last_attempt AS t USING (alert_id, recipient);

-- Each alert with what came of it; see the view alert.
CREATE OR REPLACE VIEW data.alert_current AS
WITH
told AS (
    SELECT alert_id, string_agg(matter_id, ', ' ORDER BY matter_id) AS finding_ids
    FROM data.alert_matter WHERE NOT starts_with(matter_id, 'due_soon/') GROUP BY alert_id
),
delivered AS (
    SELECT alert_id, string_agg(recipient, ', ' ORDER BY recipient) AS recipients,
           max(sent_at) AS sent_at, max(attempts) AS attempts,
           string_agg(recipient || ': ' || last_error, '; ' ORDER BY recipient) FILTER (last_error IS NOT NULL) AS last_error,
           CASE WHEN bool_or(state = 'undeliverable') THEN 'undeliverable'
                WHEN bool_or(state = 'planned') THEN 'planned'
                WHEN bool_or(state = 'sent') THEN 'sent'
                ELSE 'written' END AS state
    FROM data.delivery GROUP BY alert_id
)
SELECT a.alert_number, a.alert_id, t.finding_ids, a.reason, d.recipients, a.subject, a.planned_at, d.sent_at, d.attempts, d.last_error,
       a.message_id, d.state
FROM data.alert AS a
JOIN delivered AS d USING (alert_id)
LEFT JOIN told AS t USING (alert_id);
