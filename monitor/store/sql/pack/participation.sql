-- What is recorded of one organisation's participation in collections up to a day.
SELECT p.return_code, p.state, p.from_on, p.to_on, f.file_name, p.row_number, f.file_id
FROM data.participation_stated AS p JOIN data.loaded_file AS f USING (file_id)
WHERE p.organisation_code = $organisation_code AND p.from_on <= $as_of
ORDER BY p.return_code, p.from_on, f.file_id, p.row_number
