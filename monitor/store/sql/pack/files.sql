-- The files that a pack names.
SELECT file_id, file_name, sha256, format, rows_in_file,
       loaded_at AT TIME ZONE 'Europe/London' AS loaded_at
FROM data.loaded_file
WHERE list_contains($file_ids, file_id)
ORDER BY file_name, file_id
