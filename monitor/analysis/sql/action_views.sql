-- Before, during and after each dated period of collective action: how many expected returns were not received. What a
-- supplier's or an area's gap or a known incident explains is counted apart and is in no rate, and so is what the others
-- of that supplier or area sent: to leave out only what is missing would make a rate look better. Nothing here says why.
-- Method, formulas and limits: docs/methods.md.

CREATE OR REPLACE VIEW data.action_phase AS
WITH
past_due AS MATERIALIZED (
    SELECT organisation_code, return_code, period_start, due_on, icb_code, sub_icb_code, pcn_code, supplier, status, cause
    FROM return_status
    WHERE status IN ('received', 'received_late', 'not_received', 'rejected', 'not_known')
      AND due_on < (SELECT as_of FROM last_check)
),
-- Of what is loaded in part, those who are in it are known and the others are not: no rate can be had of it.
short AS (
    SELECT DISTINCT return_code, period_start FROM short_feed WHERE released_at IS NULL
),
in_part AS (
    SELECT DISTINCT return_code, period_start, coalesce(sub_icb_code, '') AS place FROM past_due
    WHERE status = 'not_known' AND cause IN ('source_incomplete', 'could_not_check')
),
of_supplier AS (
    SELECT return_code, period_start, supplier FROM past_due
    WHERE supplier IS NOT NULL AND cause IN ('supplier_wide', 'known_incident')
    GROUP BY return_code, period_start, supplier
    HAVING bool_or(cause = 'supplier_wide') OR count(*) >= 5   -- an incident of a supplier, and not of one organisation
),
of_area AS (
    SELECT DISTINCT return_code, period_start, sub_icb_code FROM past_due
    WHERE cause = 'area_wide' AND sub_icb_code IS NOT NULL
),
judged AS (
    SELECT p.*,
           p.status = 'not_known' OR f.return_code IS NOT NULL OR i.return_code IS NOT NULL AS is_not_known,
           s.return_code IS NOT NULL OR a.return_code IS NOT NULL
               OR coalesce(p.cause IN ('known_incident', 'supplier_wide', 'area_wide'), FALSE) AS is_shared
    FROM past_due AS p
    LEFT JOIN short AS f ON f.return_code = p.return_code AND f.period_start = p.period_start
    LEFT JOIN in_part AS i
        ON i.return_code = p.return_code AND i.period_start = p.period_start AND i.place = coalesce(p.sub_icb_code, '')
    LEFT JOIN of_supplier AS s
        ON s.return_code = p.return_code AND s.period_start = p.period_start AND s.supplier = p.supplier
    LEFT JOIN of_area AS a
        ON a.return_code = p.return_code AND a.period_start = p.period_start AND a.sub_icb_code = p.sub_icb_code
)
SELECT a.name AS action,
       CASE WHEN j.due_on < a.start_on THEN 'before'
            WHEN j.due_on <= coalesce(a.end_on, DATE '9999-12-31') THEN 'during' ELSE 'after' END AS phase,
       j.return_code, j.organisation_code, j.due_on, j.icb_code, j.pcn_code, j.supplier,
       CASE WHEN j.is_not_known THEN 1 ELSE 0 END AS not_known,
       CASE WHEN j.is_shared AND NOT j.is_not_known THEN 1 ELSE 0 END AS in_shared_gap,
       CASE WHEN NOT j.is_not_known AND NOT j.is_shared THEN 1 ELSE 0 END AS judged,
       CASE WHEN j.status IN ('not_received', 'rejected') AND NOT j.is_not_known AND NOT j.is_shared THEN 1 ELSE 0 END
           AS not_received
FROM judged AS j CROSS JOIN collective_action AS a;

COMMENT ON VIEW data.action_phase IS 'Each expected return past its due date, and where that lies to each period of collective action';
COMMENT ON COLUMN data.action_phase.action IS 'Name of the period of collective action';
COMMENT ON COLUMN data.action_phase.phase IS 'before, during or after it, by the due date';
COMMENT ON COLUMN data.action_phase.return_code IS 'Return';
COMMENT ON COLUMN data.action_phase.organisation_code IS 'Organisation';
COMMENT ON COLUMN data.action_phase.due_on IS 'When it was due';
COMMENT ON COLUMN data.action_phase.icb_code IS 'Its ICB';
COMMENT ON COLUMN data.action_phase.pcn_code IS 'Its PCN';
COMMENT ON COLUMN data.action_phase.supplier IS 'Its supplier of the return''s kind';
COMMENT ON COLUMN data.action_phase.not_known IS '1 where it is not known, or what is loaded of the period is only a part';
COMMENT ON COLUMN data.action_phase.in_shared_gap IS '1 where its supplier or sub-ICB has a gap in that period, or a known incident applies, whether it was received or not';
COMMENT ON COLUMN data.action_phase.judged IS '1 where it is neither';
COMMENT ON COLUMN data.action_phase.not_received IS '1 where it is judged, and not received or rejected';

-- Kept as tables: pages and Parquet files read them, and to count them again each time takes as long as to publish.
CREATE OR REPLACE TABLE data.action_rate_row AS
WITH counted AS (
    SELECT action, phase, return_code,
           CASE WHEN GROUPING(icb_code) = 0 THEN 'icb' WHEN GROUPING(pcn_code) = 0 THEN 'pcn'
                WHEN GROUPING(supplier) = 0 THEN 'supplier' ELSE 'all' END AS group_kind,
           coalesce(icb_code, pcn_code, supplier) AS group_code,
           count(*) AS expected, sum(not_known)::BIGINT AS not_known, sum(in_shared_gap)::BIGINT AS in_shared_gap,
           sum(judged)::BIGINT AS judged, sum(not_received)::BIGINT AS not_received
    FROM data.action_phase
    GROUP BY GROUPING SETS (
        (action, phase, return_code), (action, phase, return_code, icb_code), (action, phase, return_code, pcn_code),
        (action, phase, return_code, supplier)
    )
)
SELECT *, round(not_received / nullif(judged, 0), 4) AS rate,
       -- Wilson's interval, 95 in 100: z = 1.959964, z * z = 3.841459
       CASE WHEN judged > 0 THEN round((not_received + 3.841459 / 2 - 1.959964 * sqrt(
           not_received * (judged - not_received) / judged + 3.841459 / 4)) / (judged + 3.841459), 4) END AS rate_low,
       CASE WHEN judged > 0 THEN round((not_received + 3.841459 / 2 + 1.959964 * sqrt(
           not_received * (judged - not_received) / judged + 3.841459 / 4)) / (judged + 3.841459), 4) END AS rate_high
FROM counted
WHERE group_kind = 'all' OR group_code IS NOT NULL;
CREATE OR REPLACE VIEW action_rate AS FROM data.action_rate_row;
COMMENT ON VIEW action_rate IS 'How many returns were not received before, during and after each period of collective action; gaps that others share are counted apart';
COMMENT ON COLUMN action_rate.action IS 'Name of the period of collective action, from monitor.toml';
COMMENT ON COLUMN action_rate.phase IS 'before, during or after it, by the due date';
COMMENT ON COLUMN action_rate.return_code IS 'Return';
COMMENT ON COLUMN action_rate.group_kind IS 'all, icb, pcn or supplier';
COMMENT ON COLUMN action_rate.group_code IS 'Which ICB, PCN or supplier; empty for all';
COMMENT ON COLUMN action_rate.expected IS 'Expected returns whose due date has passed';
COMMENT ON COLUMN action_rate.not_known IS 'Of these, not known; they are in no rate';
COMMENT ON COLUMN action_rate.in_shared_gap IS 'Of these, of a supplier or sub-ICB with a gap in that period, or with a known incident, received or not; they are in no rate';
COMMENT ON COLUMN action_rate.judged IS 'The rest: expected less not_known less in_shared_gap';
COMMENT ON COLUMN action_rate.not_received IS 'Of the rest, not received or rejected';
COMMENT ON COLUMN action_rate.rate IS 'not_received of judged; empty where judged is 0';
COMMENT ON COLUMN action_rate.rate_low IS 'Lower end of the 95% interval (Wilson)';
COMMENT ON COLUMN action_rate.rate_high IS 'Upper end of the 95% interval (Wilson)';

CREATE OR REPLACE TABLE data.action_change_row AS
WITH
of_organisation AS (
    SELECT action, return_code, organisation_code, arg_max(icb_code, due_on) AS icb_code,
           arg_max(pcn_code, due_on) AS pcn_code, arg_max(supplier, due_on) AS supplier,
           sum(not_received) FILTER (phase = 'before') / nullif(sum(judged) FILTER (phase = 'before'), 0) AS rate_before,
           sum(not_received) FILTER (phase = 'during') / nullif(sum(judged) FILTER (phase = 'during'), 0) AS rate_during
    FROM data.action_phase
    GROUP BY action, return_code, organisation_code
),
difference AS (
    SELECT *, rate_during - rate_before AS change FROM of_organisation
    WHERE rate_before IS NOT NULL AND rate_during IS NOT NULL
),
counted AS (
    SELECT action, return_code,
           CASE WHEN GROUPING(icb_code) = 0 THEN 'icb' WHEN GROUPING(pcn_code) = 0 THEN 'pcn'
                WHEN GROUPING(supplier) = 0 THEN 'supplier' ELSE 'all' END AS group_kind,
           coalesce(icb_code, pcn_code, supplier) AS group_code, count(*) AS organisations,
           avg(rate_before) AS rate_before, avg(rate_during) AS rate_during, avg(change) AS change,
           1.959964 * coalesce(stddev_samp(change), 0) / sqrt(count(*)) AS half_width
    FROM difference
    GROUP BY GROUPING SETS (
        (action, return_code), (action, return_code, icb_code), (action, return_code, pcn_code),
        (action, return_code, supplier)
    )
)
SELECT action, return_code, group_kind, group_code, organisations, round(rate_before, 4) AS rate_before,
       round(rate_during, 4) AS rate_during, round(change, 4) AS change,
       CASE WHEN organisations >= 30 THEN round(change - half_width, 4) END AS change_low,
       CASE WHEN organisations >= 30 THEN round(change + half_width, 4) END AS change_high,
       CASE WHEN organisations < 30 THEN 'too few organisations to tell'
            WHEN counted.change - half_width > 0 THEN 'more not received than before'
            WHEN counted.change + half_width < 0 THEN 'fewer not received than before'
            ELSE 'no change that chance would not explain' END AS reading
FROM counted
WHERE group_kind = 'all' OR group_code IS NOT NULL;
CREATE OR REPLACE VIEW action_change AS FROM data.action_change_row;
COMMENT ON VIEW action_change IS 'Each period of collective action against the time before it, over the same organisations; gaps that others share are left out';
COMMENT ON COLUMN action_change.action IS 'Name of the period of collective action, from monitor.toml';
COMMENT ON COLUMN action_change.return_code IS 'Return';
COMMENT ON COLUMN action_change.group_kind IS 'all, icb, pcn or supplier (as recorded last)';
COMMENT ON COLUMN action_change.group_code IS 'Which ICB, PCN or supplier; empty for all';
COMMENT ON COLUMN action_change.organisations IS 'Organisations with judged returns both before and during';
COMMENT ON COLUMN action_change.rate_before IS 'Mean over them of the share not received before';
COMMENT ON COLUMN action_change.rate_during IS 'Mean over them of the share not received during';
COMMENT ON COLUMN action_change.change IS 'Mean over them of the one less the other';
COMMENT ON COLUMN action_change.change_low IS 'Lower end of its 95% interval; empty under 30 organisations';
COMMENT ON COLUMN action_change.change_high IS 'Upper end of its 95% interval; empty under 30 organisations';
COMMENT ON COLUMN action_change.reading IS 'What the interval says, in words; it says nothing of the reason';

CREATE OR REPLACE VIEW stopped_in_action AS
SELECT a.name AS action, r.organisation_code, r.organisation_name, r.return_code, r.period_start, r.due_on
FROM return_status AS r
JOIN collective_action AS a ON r.due_on BETWEEN a.start_on AND coalesce(a.end_on, DATE '9999-12-31')
WHERE r.cause = 'stopped'
QUALIFY r.period_start = min(r.period_start) OVER (PARTITION BY r.absence_id);
COMMENT ON VIEW stopped_in_action IS 'The first returns that were not received after three that were, with a due date within a period of collective action: dates only, and no reason';
COMMENT ON COLUMN stopped_in_action.action IS 'Name of the period of collective action, from monitor.toml';
COMMENT ON COLUMN stopped_in_action.organisation_code IS 'Organisation';
COMMENT ON COLUMN stopped_in_action.organisation_name IS 'Its name';
COMMENT ON COLUMN stopped_in_action.return_code IS 'Return';
COMMENT ON COLUMN stopped_in_action.period_start IS 'First day of the period that was not received';
COMMENT ON COLUMN stopped_in_action.due_on IS 'When it was due';
