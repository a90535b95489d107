-- The open findings, with what was told of them and what people decided.
WITH
told AS (
    SELECT m.matter_id, count(DISTINCT r.recipient) AS recipients, max(a.planned_at) AS told_at
    FROM data.alert_matter AS m JOIN data.alert AS a USING (alert_id) JOIN data.alert_recipient AS r USING (alert_id)
    GROUP BY m.matter_id
),
acknowledged AS (
    SELECT about_id, arg_max(author, decided_at) AS author
    FROM data.decision WHERE decision = 'acknowledged' GROUP BY about_id
)
SELECT f.finding_id, f.severity, f.kind, f.return_code, f.period_start,
       coalesce(f.supplier, f.area_code, f.organisation_code) AS about, f.organisations, f.cause, f.opened_at,
       t.told_at, t.recipients AS told_to, k.author AS acknowledged_by
FROM data.finding_current AS f
LEFT JOIN told AS t ON t.matter_id = f.finding_id
LEFT JOIN acknowledged AS k ON k.about_id = f.finding_id
WHERE f.resolved_at IS NULL
ORDER BY severity_rank(f.severity), f.kind, f.return_code, f.period_start, about
