-- What is still to be delivered, the oldest first.
SELECT a.alert_id, m.message, string_agg(d.recipient, chr(10) ORDER BY d.recipient) AS recipients
FROM data.delivery AS d
JOIN data.alert AS a USING (alert_id)
JOIN data.alert_message AS m USING (alert_id)
WHERE d.state = 'planned'
GROUP BY a.alert_id, a.alert_number, m.message
ORDER BY a.alert_number
