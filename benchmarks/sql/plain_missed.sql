-- Baseline: "list all missed returns" as one would write it by hand, without causes, evidence and the rarer rules.
CREATE TABLE missed AS
WITH
day AS (SELECT getvariable('as_of') AS as_of),
owed AS (
    SELECT o.organisation_code, o.organisation_name, r.return_code, p.period_start, p.due_on
    FROM mandatory_return AS r
    JOIN return_period AS p USING (return_code)
    JOIN organisation AS o ON o.organisation_kind = r.owed_by
    CROSS JOIN day
    WHERE r.kind IN ('periodic', 'declaration') AND p.due_on < day.as_of
      AND coalesce(o.opened_on <= CASE WHEN r.period = 'contract_year' THEN p.due_on ELSE p.period_start END, TRUE)
      AND coalesce(o.closed_on >= CASE WHEN r.period = 'contract_year' THEN p.due_on ELSE p.period_end END, TRUE)
      AND (o.contract_type IS NULL OR r.contract_types = '' OR contains(r.contract_types, o.contract_type))
      AND NOT EXISTS (
          SELECT 1 FROM notice AS n
          WHERE n.kind IN ('paused', 'exempt') AND n.return_code = p.return_code AND n.period_start = p.period_start
            AND (n.scope = 'national' OR n.scope_value = o.icb_code)
      )
    UNION ALL
    SELECT q.organisation_code, o.organisation_name, q.return_code, q.requested_on, q.due_on
    FROM request AS q
    JOIN mandatory_return AS r USING (return_code)
    JOIN organisation AS o USING (organisation_code)
    CROSS JOIN day
    WHERE q.due_on < day.as_of
      AND coalesce(o.opened_on <= q.requested_on, TRUE) AND coalesce(o.closed_on >= q.requested_on, TRUE)
      AND (o.contract_type IS NULL OR r.contract_types = '' OR contains(r.contract_types, o.contract_type))
)
SELECT owed.* FROM owed
WHERE NOT EXISTS (
    SELECT 1 FROM submission AS s CROSS JOIN day
    WHERE s.organisation_code = owed.organisation_code AND s.return_code = owed.return_code
      AND s.period_start = owed.period_start AND s.outcome = 'accepted' AND s.submitted_at::DATE <= day.as_of
)
