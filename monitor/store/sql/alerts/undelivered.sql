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
