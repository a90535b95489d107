-- The open supplier and area gaps, the largest first, and sources that were not loaded.
SELECT f.kind, f.supplier, f.area_code, r.return_title, f.period_start, f.due_on, f.cause, f.organisations, f.return_code
FROM data.finding_now AS f JOIN data.mandatory_return AS r USING (return_code)
WHERE f.kind = $kind
  AND f.finding_key NOT IN (SELECT finding_key FROM data.finding_current WHERE is_resolved_by_hand)
ORDER BY f.organisations DESC, f.return_code, f.period_start, f.supplier, f.area_code
