-- name: earlier_versions
-- How many files of this name and format were loaded before.
SELECT count(*) FROM data.loaded_file
WHERE file_name = $file_name AND format = $format AND state = 'loaded' AND file_id < $file_id

-- name: rows_no_longer_there
-- Rows of earlier files of this name that the file being loaded has not.
SELECT count(*) FROM @table AS old
WHERE file_id IN (
        SELECT file_id FROM data.loaded_file
        WHERE file_name = $file_name AND format = $format AND state = 'loaded' AND file_id < $file_id
    )
  AND NOT EXISTS (SELECT 1 FROM @typed AS new WHERE new.fault IS NULL AND @same_values)

-- name: organisations_no_longer_there
-- Of what an earlier file of this name had, that which the file being loaded has not: a row that is rejected is none.
-- A row that says what one before it says is kept once, so an organisation stands in the first file that named it. One
-- that is known to have closed need not be in a later file.
SELECT DISTINCT old.organisation_code
FROM @table AS old
WHERE @is_practice
  AND old.file_id IN (
        SELECT file_id FROM data.loaded_file
        WHERE file_name = $file_name AND format = $format AND state = 'loaded' AND file_id < $file_id
    )
  AND NOT EXISTS (SELECT 1 FROM @typed AS new WHERE new.fault IS NULL AND new.organisation_code = old.organisation_code)
  AND NOT EXISTS (
        SELECT 1 FROM @table AS ended WHERE ended.organisation_code = old.organisation_code AND ended.closed_on IS NOT NULL
    )
ORDER BY ALL
