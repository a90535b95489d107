-- The newest files, and how many there are.
SELECT file_name, format, loaded_at, rows_in_file, rows_loaded, rows_duplicate, rows_rejected, state, count(*) OVER () AS files
FROM loaded_file ORDER BY loaded_at DESC, file_name LIMIT $most
