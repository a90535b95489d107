-- name: loaded_before
INSERT INTO data.loaded_file
SELECT nextval('data.next_file'), name, sha256, NULL, TIMESTAMPTZ '1970-01-01', 0, 0, 0, 0, 'loaded', NULL, NULL, 0, NULL
FROM (SELECT unnest(CAST($names AS VARCHAR[])) AS name, unnest(CAST($hashes AS VARCHAR[])) AS sha256) AS known

-- name: rejected_of_file
SELECT r.row_number, r.reason, r.column_name, r.row_text, u.headings
FROM data.rejected_row AS r
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN data.rejected_under AS u USING (file_id)
WHERE f.file_name = $name
ORDER BY r.row_number

-- name: left_out_of_file
SELECT v.row_number, v.column_name, v.cell_text
FROM data.rejected_value AS v
JOIN data.loaded_file AS f USING (file_id)
WHERE f.file_name = $name
ORDER BY v.row_number, v.column_name
