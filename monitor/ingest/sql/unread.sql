-- name: note_unread
INSERT INTO data.unread_inbox
SELECT coalesce(max(note_number), 0) + 1, $at, len(CAST($names AS VARCHAR[])), CAST($names AS VARCHAR[]), CAST($details AS VARCHAR[])
FROM data.unread_inbox

-- name: unread
SELECT unnest(names) AS name, unnest(details) AS detail
FROM data.unread_inbox
WHERE note_number = (SELECT max(note_number) FROM data.unread_inbox)
