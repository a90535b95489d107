-- What one organisation was asked for up to a day; of several rows of one request the last holds.
SELECT q.request_id, q.requested_on, q.due_on, q.subject, f.file_name, q.row_number, f.file_id
FROM data.request_row AS q JOIN data.loaded_file AS f USING (file_id)
WHERE q.organisation_code = $organisation_code AND q.requested_on <= $as_of
ORDER BY f.file_id, q.row_number
