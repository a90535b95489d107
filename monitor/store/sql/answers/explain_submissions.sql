-- Every submission and piece of published evidence about this return, organisation and period (or request).
SELECT CAST(s.submitted_at AS VARCHAR) AS submitted_at, s.submitted_on, s.outcome, s.record_count, f.file_name, s.row_number
FROM data.submission_attempt AS s
JOIN data.loaded_file AS f USING (file_id)
WHERE s.organisation_code = $organisation_code AND s.return_code = $return_code
  AND (s.period_start BETWEEN $period_start AND $period_end OR ($request_id <> '' AND s.request_id = $request_id))
  AND s.submitted_on <= $as_of
UNION ALL
SELECT NULL, NULL, 'published: ' || e.outcome, e.record_count, f.file_name, e.row_number
FROM data.published_evidence AS e
JOIN data.loaded_file AS f USING (file_id)
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND e.period_start = $period_start
  AND $period_end <= $as_of
ORDER BY submitted_on NULLS LAST, submitted_at, file_name, row_number
