-- What could be told: open findings; findings that are over, where somebody was told of them and not yet of that; and
-- returns that fall due within $before_due_days, where that many are to be told of ahead (NULL: none).
WITH
told_last AS (
    SELECT m.matter_id, r.recipient, arg_max(m.reason, a.alert_number) AS reason
    FROM data.alert AS a
    JOIN data.alert_matter AS m USING (alert_id)
    JOIN data.alert_recipient AS r USING (alert_id)
    WHERE list_contains($recipients, r.recipient)   -- whoever is no longer told anything is not waited for
    GROUP BY m.matter_id, r.recipient
),
finding AS (
    SELECT finding_id AS matter_id, kind, return_code, severity, cause, organisation_code,
           supplier_key(supplier) AS supplier_key, resolved_at IS NOT NULL AS is_over
    FROM data.finding_current
    WHERE resolved_at IS NULL OR finding_id IN (SELECT matter_id FROM told_last WHERE reason <> 'resolved')
),
due_soon AS (
    SELECT DISTINCT due_soon_id(return_code, period_start, due_on) AS matter_id, 'due_soon' AS kind, return_code,
           'info' AS severity, FALSE AS is_over
    FROM data.return_status_row
    WHERE status = 'not_due' AND due_on BETWEEN $as_of AND $as_of + CAST($before_due_days AS INTEGER)
)
SELECT * FROM (FROM finding UNION ALL BY NAME FROM due_soon)
ORDER BY kind, return_code, matter_id
