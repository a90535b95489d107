SELECT e.period_label, j.status
FROM status_judged AS j JOIN expected_return AS e USING (expected_id)
WHERE j.organisation_code = $organisation_code AND j.return_code = $return_code AND j.status <> 'not_required'
  AND (j.period_start, j.request_id) < ($period_start, $request_id)
ORDER BY j.period_start DESC, j.request_id DESC
LIMIT 3
