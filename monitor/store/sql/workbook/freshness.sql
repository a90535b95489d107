-- By kind of source: how many files, when the newest was loaded, and what of their rows was not.
SELECT coalesce(format, 'no known format') AS format, count(*) FILTER (state = 'loaded') AS files_loaded,
       count(*) FILTER (state = 'refused') AS files_refused,
       max(loaded_at) FILTER (state = 'loaded') AT TIME ZONE 'Europe/London' AS newest_loaded_at,
       sum(rows_in_file) AS rows_in_file, sum(rows_loaded) AS rows_loaded, sum(rows_duplicate) AS rows_duplicate,
       sum(rows_rejected) AS rows_rejected
FROM loaded_file
GROUP BY ALL
ORDER BY format
