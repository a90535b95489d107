-- name: cause
-- Why a return was not received or was rejected: the first cause that holds. Worked out over everyone loaded.
-- Causes that many share come first. What they leave is looked at as absences: consecutive expected returns that one
-- organisation has not sent, with one beginning, and the causes that are about how it began hold for all of one.

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
   AND count(DISTINCT e.organisation_number) >= (SELECT supplier_min_organisations FROM question)
   AND count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_number END)
       >= (SELECT supplier_min_share FROM question) * count(DISTINCT e.organisation_number);

-- An organisation's own history of a return: its expected returns in the order of their periods, but for those of which
-- nothing is to be said of it alone.
CREATE OR REPLACE TEMP TABLE own_history AS
WITH
shared AS (
    SELECT expected_id FROM explained
    UNION
    SELECT m.expected_id
    FROM missed AS m
    JOIN expected_return AS e USING (expected_id)
    JOIN area_gap AS a USING (return_code, period_start, period_end, sub_icb_code)
),
own AS (
    SELECT j.expected_id, j.organisation_number, p.return_number, p.kind,
           j.status IN ('received', 'received_late') AS is_received
    FROM status_judged AS j
    JOIN period_fact AS p USING (period_id)
    WHERE j.status IN ('received', 'received_late', 'not_received', 'rejected')
      AND NOT EXISTS (SELECT 1 FROM shared AS s WHERE s.expected_id = j.expected_id)
),
-- What lies before and after each of them. Members of one absence have the same number of receipts before them.
numbered AS (
    SELECT *,
           coalesce(sum(CASE WHEN is_received THEN 1 ELSE 0 END) OVER earlier, 0) AS received_before,
           coalesce(sum(CASE WHEN is_received THEN 0 ELSE 1 END) OVER earlier, 0) AS missed_before,
           coalesce(sum(CASE WHEN is_received THEN 1 ELSE 0 END) OVER last_three, 0) AS received_of_last_three,
           max(CASE WHEN is_received THEN expected_id END) OVER earlier AS last_received_expected_id,
           min(CASE WHEN is_received THEN expected_id END) OVER later AS ended_by_expected_id
    FROM own
    WINDOW earlier AS (
               PARTITION BY organisation_number, return_number ORDER BY expected_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ),
           last_three AS (
               PARTITION BY organisation_number, return_number ORDER BY expected_id
               ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING
           ),
           later AS (
               PARTITION BY organisation_number, return_number ORDER BY expected_id
               ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
           )
)
-- Each request is an absence by itself, which nothing that comes later ends.
SELECT expected_id, received_before, missed_before, received_of_last_three, last_received_expected_id,
       CASE WHEN kind <> 'on_request' THEN ended_by_expected_id END AS ended_by_expected_id,
       first_value(expected_id) OVER (
           PARTITION BY organisation_number, return_number, received_before,
                        CASE WHEN kind = 'on_request' THEN expected_id END
           ORDER BY expected_id
       ) AS first_expected_id
FROM numbered WHERE NOT is_received;

-- One row an absence: how many periods it lasts, and what there was before its first.
CREATE OR REPLACE TEMP TABLE absence_span AS
WITH counted AS (
    SELECT first_expected_id, max(expected_id) AS last_expected_id, count(*) AS periods
    FROM own_history GROUP BY first_expected_id
)
SELECT left(md5(concat_ws('/', e.organisation_code, e.return_code, CAST(e.period_start AS VARCHAR), e.request_id)), 12)
           AS absence_id,
       c.first_expected_id, c.last_expected_id, c.periods, h.received_before, h.missed_before, h.received_of_last_three,
       h.last_received_expected_id, h.ended_by_expected_id
FROM counted AS c
JOIN own_history AS h ON h.expected_id = c.first_expected_id
JOIN expected_return AS e ON e.expected_id = c.first_expected_id;

CREATE OR REPLACE TEMP TABLE absence_member AS
SELECT h.expected_id, a.first_expected_id, a.absence_id
FROM own_history AS h JOIN absence_span AS a USING (first_expected_id);

-- About its first period: the suppliers of its kind on the last days of the period before and the period after, where
-- they are known. That no supplier is known is no change.
CREATE OR REPLACE TEMP TABLE changed_supplier AS
WITH beside AS (
    SELECT e.expected_id, e.supplier_keys,
           CASE e.supplier_kind WHEN 'clinical' THEN f.clinical_keys WHEN 'telephony' THEN f.telephony_keys
                                ELSE f.online_keys END AS keys_beside
    FROM absence_span AS a
    JOIN expected_return AS e ON e.expected_id = a.first_expected_id
    JOIN data.organisation_dated AS f
        ON f.organisation_code = e.organisation_code
        AND (e.last_day_before BETWEEN f.from_on AND f.to_on OR e.last_day_after BETWEEN f.from_on AND f.to_on)
    WHERE e.supplier_kind <> 'none'
)
SELECT DISTINCT expected_id AS first_expected_id FROM beside WHERE keys_beside <> supplier_keys;

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

CREATE OR REPLACE TEMP TABLE cause AS
SELECT m.expected_id,
       CASE WHEN i.expected_id IS NOT NULL THEN 'known_incident'
            WHEN s.expected_id IS NOT NULL THEN 'supplier_wide'
            WHEN g.sub_icb_code IS NOT NULL THEN 'area_wide'
            WHEN j.status = 'rejected' THEN 'rejected_at_source'
            WHEN c.first_expected_id IS NOT NULL THEN 'supplier_changed'
            WHEN p.expected_id IS NOT NULL THEN 'not_participating'
            WHEN a.received_of_last_three = 3 THEN 'stopped'
            WHEN a.received_before = 0 AND a.missed_before + a.periods - 1 >= 3 THEN 'never_received'
            ELSE 'unexplained'
       END AS cause
FROM missed AS m
JOIN expected_return AS e USING (expected_id)
JOIN status_judged AS j USING (expected_id)
LEFT JOIN incident AS i USING (expected_id)
LEFT JOIN (SELECT DISTINCT expected_id FROM within_supplier_gap) AS s USING (expected_id)
LEFT JOIN area_gap AS g
    ON g.return_code = e.return_code AND g.period_start = e.period_start AND g.period_end = e.period_end
    AND g.sub_icb_code = e.sub_icb_code
LEFT JOIN absence_member AS b USING (expected_id)
LEFT JOIN absence_span AS a ON a.first_expected_id = b.first_expected_id
LEFT JOIN changed_supplier AS c ON c.first_expected_id = b.first_expected_id
LEFT JOIN not_participating AS p USING (expected_id);
