-- Findings that the last check opened or resolved, counted.
SELECT CASE WHEN f.resolved_at IS NULL THEN 'new' ELSE 'resolved' END AS change, f.kind, f.return_code,
       count(*) AS findings, min(f.due_on) AS due_first
FROM finding AS f, last_check AS c
WHERE f.opened_at = c.checked_at AND f.resolved_at IS NULL OR f.resolved_at = c.checked_at
GROUP BY ALL ORDER BY change, f.kind DESC, findings DESC, f.return_code
