-- name: areas_by_day
-- Each ICB, sub-ICB and PCN to which an organisation in the register belongs or belonged: from when to when, and whether
-- one does on the day asked about.
WITH
belonging AS (
    SELECT 'icb' AS kind, icb_code AS code, from_on, to_on FROM data.organisation_dated
    UNION ALL SELECT 'icb', n.icb_now, q.as_of, q.as_of FROM icb_of_now AS n CROSS JOIN question AS q
    UNION ALL SELECT 'sub_icb', sub_icb_code, from_on, to_on FROM data.organisation_dated
    UNION ALL SELECT 'pcn', pcn_code, from_on, to_on FROM data.organisation_dated
    UNION ALL SELECT 'pcn', organisation_code, from_on, to_on FROM data.organisation_dated WHERE organisation_kind = 'pcn'
)
SELECT b.kind, b.code, min(b.from_on) AS first_on, max(b.to_on) AS last_on,
       bool_or(q.as_of BETWEEN b.from_on AND b.to_on) AS is_now
FROM belonging AS b CROSS JOIN question AS q
WHERE b.code IS NOT NULL
GROUP BY b.kind, b.code

-- name: icbs_ended
-- The ICBs that have ended, with the ICBs in which their organisations are now, the most first.
SELECT e.icb_code, e.last_on, n.icb_now, count(*) AS organisations
FROM icb_ended AS e
JOIN icb_member AS m USING (icb_code)
JOIN icb_of_now AS n ON n.organisation_code = m.organisation_code
GROUP BY e.icb_code, e.last_on, n.icb_now
ORDER BY e.icb_code, organisations DESC, n.icb_now

-- name: organisations_known
SELECT DISTINCT organisation_code FROM data.organisation_dated

-- name: contract_types_known
SELECT DISTINCT upper(contract_type) FROM data.organisation_dated WHERE contract_type IS NOT NULL

-- name: suppliers_known
-- The suppliers in the register by their kind: as they are compared, and as they are written most often.
WITH every_kind AS (
    SELECT DISTINCT 'clinical' AS supplier_kind, clinical_keys AS supplier_keys FROM data.organisation_dated
    UNION SELECT DISTINCT 'telephony', telephony_keys FROM data.organisation_dated
    UNION SELECT DISTINCT 'online', online_keys FROM data.organisation_dated
)
SELECT DISTINCT e.supplier_kind, s.supplier_key, n.supplier_name
FROM every_kind AS e JOIN data.supplier_set AS s USING (supplier_keys) JOIN data.supplier_name AS n USING (supplier_key)

-- name: notices_in_force
-- The notices, each as last loaded. is_of_icb: whether an organisation belonged to the ICB that it names in its time.
-- due_on: the earliest due date of those expected returns that it would move to an earlier day.
WITH
current_one AS (
    SELECT * EXCLUDE (recency) FROM (
        SELECT *, row_number() OVER (PARTITION BY notice_id ORDER BY file_id DESC, row_number DESC) AS recency
        FROM data.notice_row
    ) AS every_version
    WHERE recency = 1
),
dated AS (
    SELECT n.*, coalesce(p.period_end, n.period_start, n.from_on, DATE '1900-01-01') AS first_on,
           coalesce(p.period_end, n.period_start, n.to_on, DATE '9999-12-31') AS last_on
    FROM current_one AS n
    LEFT JOIN (SELECT DISTINCT return_code, period_start, period_end FROM data.period_fact) AS p
        ON p.return_code = n.return_code AND p.period_start = n.period_start
),
of_icb AS (
    SELECT DISTINCT n.notice_id
    FROM dated AS n
    JOIN data.organisation_dated AS o
        ON n.scope = 'icb' AND o.icb_code = n.scope_value AND o.from_on <= n.last_on AND o.to_on >= n.first_on
),
shortened AS (
    SELECT n.notice_id, min(s.original_due_on) AS due_on
    FROM dated AS n
    JOIN @table AS s
        ON s.return_code = n.return_code
        AND coalesce(s.period_start = n.period_start, s.period_end BETWEEN n.first_on AND n.last_on)
        AND (n.scope = 'national' OR n.scope_value IN (s.icb_code, s.organisation_code)
             OR contains(supplier_keys(s.supplier), ';' || supplier_key(n.scope_value) || ';'))
    WHERE n.kind = 'extended' AND n.new_due_on < s.original_due_on
    GROUP BY n.notice_id
)
SELECT n.notice_id, n.return_code, n.kind, n.scope, n.scope_value, supplier_key(n.scope_value) AS supplier_key, n.new_due_on,
       i.notice_id IS NOT NULL AS is_of_icb, s.due_on, f.file_name, n.row_number
FROM dated AS n
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN of_icb AS i USING (notice_id)
LEFT JOIN shortened AS s USING (notice_id)
ORDER BY n.notice_id

-- name: silences_in_force
SELECT s.silence_id, s.return_code, s.supplier, supplier_key(s.supplier) AS supplier_key, s.organisation_code, s.area_code
FROM data.silence AS s
WHERE s.until_at > $at AND s.silence_id NOT IN (SELECT silence_id FROM data.silence_ended)
ORDER BY s.silence_id
