-- Gaps that many organisations share: one row each, the widest first.
SELECT coalesce(f.supplier, f.area_code) AS supplier_or_area, m.return_title, f.period_start, f.due_on,
       f.organisations, f.cause
FROM finding AS f JOIN mandatory_return AS m USING (return_code)
WHERE f.resolved_at IS NULL AND f.kind IN ('supplier_gap', 'area_gap')
ORDER BY f.organisations DESC, supplier_or_area, m.return_title, f.period_start
