-- Who has not got a message that was tried: to be tried again, or undeliverable. What a person has acknowledged is left out.
SELECT a.alert_id, a.subject, a.planned_at, d.recipient, d.state, d.attempts, d.last_error
FROM data.delivery AS d
JOIN data.alert AS a USING (alert_id)
WHERE (d.state = 'undeliverable' OR d.state = 'planned' AND d.attempts > 0)
  AND a.alert_id NOT IN (SELECT about_id FROM data.decision WHERE decision = 'acknowledged')
ORDER BY a.alert_number, d.recipient
