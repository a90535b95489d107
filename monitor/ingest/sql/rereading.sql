-- name: to_read_again
-- The last readings of files with rejected rows that were judged by something else than now, or of which a row lies in
-- the future no more; in the order in which the files were loaded first.
SELECT f.file_id, f.first_file_id, f.file_name, f.sha256, f.format, u.format_table, u.headings, u.judged_under
FROM data.rejected_under AS u
JOIN data.file_reading AS f USING (file_id)
WHERE f.file_id = f.last_file_id AND (u.judged_under <> $judged_under OR u.again_at <= $now)
ORDER BY f.first_file_id

-- name: without_headings
-- Files loaded before it was noted how the text of rejected rows is to be read: people's own, of which rows stand rejected.
SELECT DISTINCT f.sha256
FROM data.rejected_standing AS r
JOIN data.file_reading AS f USING (file_id)
LEFT JOIN data.mapped_file AS m USING (file_id)
WHERE (m.file_id IS NOT NULL
       OR f.format IN ('submission log', 'organisations', 'requests', 'notices', 'participation', 'contacts'))
  AND f.file_id NOT IN (SELECT file_id FROM data.rejected_under)

-- name: last_reading
SELECT max(file_id) FROM data.file_reading WHERE sha256 = $sha256

-- name: rows_to_read_again
-- What a person has dismissed, and what a later version of the file replaces, stays as it is; so does what is no whole row.
SELECT row_number, row_text
FROM data.rejected_standing
WHERE file_id = $file_id AND coalesce(regexp_full_match(column_name, '[a-z_]+'), FALSE)
ORDER BY row_number

-- name: read_otherwise
-- Whether any of the rows is judged otherwise than before.
SELECT count(*)
FROM @typed AS new
JOIN data.rejected_row AS old ON old.file_id = $file_id AND old.row_number = new.row_number
WHERE new.fault IS DISTINCT FROM old.reason || ':' || old.column_name

-- name: carry_over
-- The rejected rows of the reading before that were not read again.
INSERT INTO data.rejected_row
SELECT $new_file_id, row_number, reason, column_name, row_text
FROM data.rejected_row
WHERE file_id = $file_id AND row_number NOT IN (SELECT row_number FROM @typed)
RETURNING row_number

-- name: carry_over_doubt
INSERT INTO data.doubtful_row
SELECT * REPLACE ($new_file_id AS file_id)
FROM data.doubtful_row AS d
WHERE d.file_id = $file_id
  AND d.row_number IN (SELECT row_number FROM data.rejected_row WHERE file_id = $new_file_id)
  AND d.row_number NOT IN (SELECT row_number FROM data.doubtful_row WHERE file_id = $new_file_id)

-- name: judge_anew
UPDATE data.rejected_under SET judged_under = $judged_under, again_at = $again_at WHERE file_id = $file_id
