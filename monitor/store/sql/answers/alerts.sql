-- The alerts, the newest first.
SELECT alert_id, planned_at, state, recipients, subject, sent_at, attempts, last_error
FROM data.alert_current
WHERE $state IS NULL OR state = $state
ORDER BY alert_number DESC
