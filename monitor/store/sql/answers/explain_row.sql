SELECT e.*, r.return_title, r.gms_reference, r.pms_reference, r.guidance, r.due_rule,
       s.status, s.cause, s.received_at, s.days_late, s.days_overdue, s.attempts, s.record_count, s.evidence,
       s.in_action_period, j.is_source_loaded
FROM expected_return AS e
JOIN mandatory_return AS r USING (return_code)
JOIN status_judged AS j USING (expected_id)
JOIN return_status_row AS s USING (expected_id)
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND e.period_start = $period_start
ORDER BY e.request_id
