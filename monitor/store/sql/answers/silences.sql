-- The silences, those that hold longest first.
SELECT s.silence_id, s.until_at, e.ended_at, s.author, s.reason, s.matter_id AS finding_id, s.kind, s.return_code, s.supplier,
       s.organisation_code, s.area_code
FROM data.silence AS s LEFT JOIN data.silence_ended AS e USING (silence_id)
ORDER BY s.until_at DESC, s.silence_id
