-- The open findings about one organisation each, counted by return and cause.
SELECT r.return_title, f.return_code, f.cause, count(*) AS findings, count(DISTINCT f.organisation_code) AS organisations,
       min(f.due_on) AS since
FROM data.finding_now AS f JOIN data.mandatory_return AS r USING (return_code)
WHERE f.kind = $kind
GROUP BY r.return_title, f.return_code, f.cause
ORDER BY findings DESC, f.return_code, f.cause
