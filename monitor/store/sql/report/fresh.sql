-- By return: the latest attempt, the latest period that any source tells of, and the newest file.
WITH source AS (
    SELECT return_code, file_id, max(submitted_at) AS submitted_at, max(period_start) AS period_start FROM data.submission_attempt GROUP BY ALL
    UNION ALL
    SELECT return_code, file_id, NULL, max(period_start) FROM data.published_evidence GROUP BY ALL
)
SELECT s.return_code, max(s.submitted_at) AS submitted_at, max(s.period_start) AS period_start,
       arg_max(f.file_name, (f.loaded_at, f.file_id)) AS file_name, max(f.loaded_at) AS loaded_at, count(DISTINCT s.file_id) AS files
FROM source AS s JOIN data.loaded_file AS f USING (file_id)
GROUP BY s.return_code ORDER BY s.return_code
