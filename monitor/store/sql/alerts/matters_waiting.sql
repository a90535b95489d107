-- What the alerts tell that are still to be delivered to somebody.
SELECT alert_id, matter_id
FROM data.alert_matter
WHERE alert_id IN (SELECT alert_id FROM data.delivery WHERE state = 'planned')
