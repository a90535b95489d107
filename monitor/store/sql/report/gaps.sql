-- Open findings that stand for several organisations, the widest first.
SELECT f.kind, f.return_code, f.period_start, f.supplier, f.area_code, f.due_on, f.cause, f.organisations, f.opened_at
FROM finding AS f
WHERE f.resolved_at IS NULL AND f.kind IN ('supplier_gap', 'area_gap', 'source_not_loaded', 'source_incomplete', 'suppressed')
ORDER BY f.organisations DESC, f.return_code, f.period_start, f.supplier, f.area_code
