-- The rows of return_status as pages show them. slot_*: the period, and for returns on request the month in which they
-- were asked for, because requests fall on any day. outcome: what is counted together. last_received_label: the last
-- period before this one that was received from the organisation.
CREATE OR REPLACE TEMP TABLE report_row AS
SELECT s.*, r.period AS period_kind,
       CASE WHEN r.period = 'request' THEN date_trunc('month', s.period_start)::DATE ELSE s.period_start END AS slot_start,
       CASE WHEN r.period = 'request' THEN 'asked for in ' || strftime(s.period_start, '%B %Y') ELSE s.period_label END AS slot_label,
       CASE WHEN s.status IN ('received', 'received_late', 'not_received', 'rejected', 'not_known') THEN s.status
            ELSE 'other' END AS outcome,
       last_value(CASE WHEN s.status IN ('received', 'received_late') THEN s.period_label END IGNORE NULLS) OVER (
           PARTITION BY s.organisation_code, s.return_code ORDER BY s.period_start, s.request_id
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
       ) AS last_received_label
FROM return_status AS s JOIN mandatory_return AS r USING (return_code)
