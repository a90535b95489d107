-- The loads that may have moved the answer for a return: one row an instant, with the files that came then. A submission
-- log without a row of the return cannot have.
SELECT loaded_at, list(file_name ORDER BY file_id) AS files
FROM data.loaded_file AS f
WHERE state = 'loaded'
  AND (f.format IS DISTINCT FROM 'submission log'
       OR EXISTS (SELECT 1 FROM data.submission_row AS s WHERE s.file_id = f.file_id AND s.return_code = $return_code))
GROUP BY loaded_at
ORDER BY loaded_at
