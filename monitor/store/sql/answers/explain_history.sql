SELECT e.period_label, j.status
FROM status_judged AS j JOIN expected_return AS e USING (expected_id)
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND j.status <> 'not_required'
  AND (e.period_start, e.request_id) < ($period_start, $request_id)
ORDER BY e.period_start DESC, e.request_id DESC
LIMIT 3
