-- Why a return was not received or was rejected: the first cause that holds. Worked out over everyone loaded.

CREATE OR REPLACE TEMP TABLE missed AS
SELECT expected_id FROM status_judged WHERE status IN ('not_received', 'rejected');

-- Who was expected to send through a supplier, and how many of them did not.
CREATE OR REPLACE TEMP TABLE supplier_gap AS
SELECT e.return_code, e.period_start, e.period_end, s.supplier_key,
       count(*) AS organisations, count(m.expected_id) AS missed
FROM expected_return AS e
JOIN status_judged AS j USING (expected_id)
JOIN data.supplier_set AS s USING (supplier_keys)
LEFT JOIN missed AS m USING (expected_id)
WHERE j.status <> 'not_required'
GROUP BY e.return_code, e.period_start, e.period_end, s.supplier_key
HAVING count(*) >= (SELECT supplier_min_organisations FROM question)
   AND count(m.expected_id) >= (SELECT supplier_min_share FROM question) * count(*)
   AND count(m.expected_id) > 0;

CREATE OR REPLACE TEMP TABLE within_supplier_gap AS
SELECT m.expected_id, e.return_code, e.period_start, e.period_end, s.supplier_key
FROM missed AS m
JOIN expected_return AS e USING (expected_id)
JOIN data.supplier_set AS s USING (supplier_keys)
JOIN supplier_gap AS g USING (return_code, period_start, period_end, supplier_key);

CREATE OR REPLACE TEMP TABLE incident AS
SELECT expected_id,
       max(CASE WHEN scope = 'supplier' THEN supplier_key(scope_value) END) AS supplier_key,
       max(CASE WHEN scope = 'icb' THEN scope_value WHEN scope = 'national' THEN 'England' END) AS area_code
FROM applying_notice AS n JOIN missed AS m USING (expected_id)
WHERE n.kind = 'incident'
GROUP BY expected_id;

-- Explained by an incident or a supplier: left out, above and below the line, where areas are counted.
CREATE OR REPLACE TEMP TABLE explained AS
SELECT expected_id FROM incident UNION SELECT expected_id FROM within_supplier_gap;

CREATE OR REPLACE TEMP TABLE area_gap AS
SELECT e.return_code, e.period_start, e.period_end, e.sub_icb_code,
       -- organisations and not rows: one can have several requests of one day
       count(DISTINCT e.organisation_number) AS organisations,
       count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_number END) AS missed
FROM expected_return AS e
JOIN status_judged AS j USING (expected_id)
LEFT JOIN missed AS m USING (expected_id)
LEFT JOIN explained AS x USING (expected_id)
WHERE j.status <> 'not_required' AND x.expected_id IS NULL AND e.sub_icb_code IS NOT NULL
GROUP BY e.return_code, e.period_start, e.period_end, e.sub_icb_code
HAVING count(m.expected_id) > 0
   AND organisations >= (SELECT supplier_min_organisations FROM question)
   AND missed >= (SELECT supplier_min_share FROM question) * organisations;

-- The suppliers of its kind on the last days of the period before and the period after.
CREATE OR REPLACE TEMP TABLE changed_supplier AS
WITH beside AS (
    SELECT e.expected_id, e.supplier_keys,
           CASE e.supplier_kind WHEN 'clinical' THEN f.clinical_keys WHEN 'telephony' THEN f.telephony_keys
                                ELSE f.online_keys END AS keys_beside
    FROM missed AS m
    JOIN expected_return AS e USING (expected_id)
    JOIN data.organisation_dated AS f
        ON f.organisation_code = e.organisation_code
        AND (e.last_day_before BETWEEN f.from_on AND f.to_on OR e.last_day_after BETWEEN f.from_on AND f.to_on)
    WHERE e.supplier_kind <> 'none'
)
SELECT DISTINCT expected_id FROM beside WHERE keys_beside IS DISTINCT FROM supplier_keys;

CREATE OR REPLACE TEMP TABLE not_participating AS
WITH in_force AS (
    SELECT m.expected_id, p.state, row_number() OVER (
        PARTITION BY m.expected_id ORDER BY p.from_on DESC, p.file_id DESC, p.row_number DESC
    ) AS recency
    FROM missed AS m
    JOIN expected_return AS e USING (expected_id)
    JOIN data.participation_stated AS p
        ON p.organisation_code = e.organisation_code AND p.return_code = e.return_code
        AND p.from_on <= e.period_end AND coalesce(p.to_on >= e.period_end, TRUE)
)
SELECT expected_id FROM in_force WHERE recency = 1 AND state <> 'accepted'
UNION
SELECT m.expected_id FROM missed AS m JOIN status_judged AS j USING (expected_id) WHERE NOT j.participating;

-- What came before, in the organisation's own expected returns of this return, those not required left out.
CREATE OR REPLACE TEMP TABLE own_history AS
WITH
marked AS (
    SELECT j.expected_id, j.organisation_number, p.return_number,
           CASE WHEN j.status IN ('received', 'received_late') THEN 1 ELSE 0 END AS is_received,
           CASE WHEN j.due_on < q.as_of THEN 1 ELSE 0 END AS is_past_due
    FROM status_judged AS j
    JOIN period_fact AS p USING (period_id)
    CROSS JOIN question AS q
    WHERE j.status <> 'not_required'
),
counted AS (
    SELECT expected_id,
           lag(is_received, 1) OVER own + lag(is_received, 2) OVER own + lag(is_received, 3) OVER own
               AS received_of_last_three,
           sum(is_received) OVER own - is_received AS received_earlier,
           sum(is_past_due) OVER own - is_past_due AS past_due_earlier
    FROM marked
    WINDOW own AS (PARTITION BY organisation_number, return_number ORDER BY expected_id)
)
SELECT * FROM counted JOIN missed USING (expected_id);

CREATE OR REPLACE TEMP TABLE cause AS
SELECT m.expected_id,
       CASE WHEN i.expected_id IS NOT NULL THEN 'known_incident'
            WHEN s.expected_id IS NOT NULL THEN 'supplier_wide'
            WHEN a.sub_icb_code IS NOT NULL THEN 'area_wide'
            WHEN j.status = 'rejected' THEN 'rejected_at_source'
            WHEN c.expected_id IS NOT NULL THEN 'supplier_changed'
            WHEN p.expected_id IS NOT NULL THEN 'not_participating'
            WHEN h.received_of_last_three = 3 THEN 'stopped'
            WHEN h.past_due_earlier >= 3 AND h.received_earlier = 0 THEN 'never_received'
            ELSE 'unexplained'
       END AS cause
FROM missed AS m
JOIN expected_return AS e USING (expected_id)
JOIN status_judged AS j USING (expected_id)
LEFT JOIN incident AS i USING (expected_id)
LEFT JOIN (SELECT DISTINCT expected_id FROM within_supplier_gap) AS s USING (expected_id)
LEFT JOIN area_gap AS a
    ON a.return_code = e.return_code AND a.period_start = e.period_start AND a.period_end = e.period_end
    AND a.sub_icb_code = e.sub_icb_code
LEFT JOIN changed_supplier AS c USING (expected_id)
LEFT JOIN not_participating AS p USING (expected_id)
LEFT JOIN own_history AS h USING (expected_id);
