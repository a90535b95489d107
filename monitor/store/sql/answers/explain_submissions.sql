-- Every submission and piece of published evidence about this return, organisation and period (or request).
-- standing: of published evidence, whether it is what its publication says now, and whether that publication holds.
SELECT CAST(s.submitted_at AS VARCHAR) AS submitted_at, s.submitted_on, s.outcome, s.record_count, s.detail,
       NULL AS source, NULL AS edition_on, NULL AS edition_version, NULL AS standing, f.file_name, s.row_number, f.file_id
FROM data.submission_attempt AS s
JOIN data.loaded_file AS f USING (file_id)
WHERE s.organisation_code = $organisation_code AND s.return_code = $return_code
  AND (s.period_start BETWEEN $period_start AND $period_end OR ($request_id <> '' AND s.request_id = $request_id))
  AND s.submitted_on <= $as_of
UNION ALL
SELECT NULL, NULL, e.outcome, e.record_count, e.detail, e.source, f.edition_on, f.edition_version,
       CASE WHEN $period_end > $as_of THEN 'counts from the end of the period on'
            WHEN c.file_id IS NOT NULL THEN 'holds'
            WHEN t.file_id IS NOT NULL THEN 'another publication holds'
            ELSE 'restated since' END,
       f.file_name, e.row_number, f.file_id
FROM data.published_evidence AS e
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN stated_evidence AS t
    ON t.expected_id = $expected_id AND t.file_id = e.file_id AND t.row_number = e.row_number AND t.source = e.source
LEFT JOIN current_evidence AS c
    ON c.expected_id = $expected_id AND c.file_id = e.file_id AND c.row_number = e.row_number AND t.file_id IS NOT NULL
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND e.period_start = $period_start
ORDER BY submitted_on NULLS LAST, submitted_at, edition_on, edition_version, file_name, row_number
