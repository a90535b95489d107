-- name: files_entered
-- What the ledger says of a file, or of all ($file_id NULL). The detail is left out: its words may change from one version
-- to the next.
SELECT file_name, sha256, format, state, rows_in_file, rows_loaded, rows_duplicate, rows_rejected
FROM data.loaded_file
WHERE $file_id IS NULL OR file_id = $file_id
ORDER BY file_id

-- name: files_entered_from
-- The same of all files from one on.
SELECT file_name, sha256, format, state, rows_in_file, rows_loaded, rows_duplicate, rows_rejected
FROM data.loaded_file
WHERE file_id >= $file_id
ORDER BY file_id
