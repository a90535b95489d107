-- What each recipient was told last about each matter.
SELECT r.recipient, m.matter_id, arg_max(m.reason, a.alert_number) AS reason,
       arg_max(m.severity, a.alert_number) AS severity,
       -- arg_max passes over NULL, and no cause is a cause to be remembered too.
       nullif(arg_max(coalesce(m.cause, ''), a.alert_number), '') AS cause,
       max(a.as_of) AS told_on
FROM data.alert AS a
JOIN data.alert_matter AS m USING (alert_id)
JOIN data.alert_recipient AS r USING (alert_id)
GROUP BY r.recipient, m.matter_id
