-- The open findings about one organisation each, counted by return and cause.
SELECT r.return_title, f.return_code, f.cause, count(*) AS findings, count(DISTINCT f.organisation_code) AS organisations,
       min(f.due_on) AS since
FROM data.finding_now AS f JOIN data.mandatory_return AS r USING (return_code)
WHERE f.kind = $kind
  AND f.finding_key NOT IN (SELECT finding_key FROM data.finding_current WHERE is_resolved_by_hand)
GROUP BY r.return_title, f.return_code, f.cause
ORDER BY findings DESC, f.return_code, f.cause
