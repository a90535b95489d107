-- name: note_unread
INSERT INTO data.unread_inbox
SELECT coalesce(max(note_number), 0) + 1, $at, len(CAST($names AS VARCHAR[])), CAST($names AS VARCHAR[]), CAST($details AS VARCHAR[])
FROM data.unread_inbox

-- name: unread
SELECT unnest(names) AS name, unnest(details) AS detail
FROM data.unread_inbox
WHERE note_number = (SELECT max(note_number) FROM data.unread_inbox)

-- name: came_otherwise
-- Logs that are called like a file that was refused, but for the ending, and were loaded since.
SELECT count(*)
FROM data.loaded_file AS f
WHERE f.state = 'loaded' AND f.rows_in_file > 0 AND f.file_name <> $name
  AND regexp_replace(f.file_name, '\.[^./]*$', '') = $stem
  AND (f.file_id IN (SELECT file_id FROM data.submission_row) OR f.format = 'submission log')
  AND f.loaded_at >= (SELECT min(loaded_at) FROM data.loaded_file WHERE sha256 = $sha256 AND state = 'refused')
