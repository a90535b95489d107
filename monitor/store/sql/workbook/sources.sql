-- Every file met, the newest first.
SELECT file_name, format, state, loaded_at AT TIME ZONE 'Europe/London' AS loaded_at, rows_in_file, rows_loaded,
       rows_duplicate, rows_rejected, sha256
FROM loaded_file
ORDER BY loaded_file.loaded_at DESC, file_name
LIMIT $most
