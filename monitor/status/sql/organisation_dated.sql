-- Who exists, and what was true of them when: one row an organisation and span of days, the spans without gaps.
--
-- An organisation's own file (organisations) is read row-wise: on a day the row that covers it holds, else the last
-- one before, else the first. What such a row leaves blank is filled from published files, fact by fact:
-- the latest statement at or before the day, else the first; on the same day the order of trust below decides.
-- The ICB is always that of the sub-ICB on the day: column 4 of epraccur follows the postcode and is wrong for some.

CREATE OR REPLACE TEMP TABLE organisation_claim AS
WITH
stated AS (
    SELECT p.organisation_code, p.at_on, p.file_id, t.trust, f.edition_on, f.edition_version,
           p.sub_icb_code, p.pcn_code, p.clinical_supplier, p.telephony_supplier, p.online_supplier,
           CAST(p.list_size AS VARCHAR) AS list_size
    FROM data.published_fact AS p
    JOIN data.fact_source AS t USING (source)
    JOIN data.loaded_file AS f USING (file_id)
    WHERE t.is_about_organisations
),
claim AS (
    SELECT organisation_code, fact, at_on, nullif(value, '') AS value, trust, edition_on, edition_version, file_id
    FROM stated UNPIVOT (
        value FOR fact IN (sub_icb_code, pcn_code, clinical_supplier, telephony_supplier, online_supplier, list_size)
    )
    UNION ALL
    SELECT e.organisation_code, 'register_status', coalesce(f.edition_on, DATE '1900-01-01'),
           CASE WHEN e.status IN ('D', 'DORMANT') THEN 'dormant' WHEN e.status IN ('A', 'ACTIVE') THEN 'active'
                ELSE lower(e.status) END,
           t.trust, f.edition_on, f.edition_version, e.file_id
    FROM data.epraccur_row AS e
    JOIN data.fact_source AS t ON t.source = 'epraccur'
    JOIN data.loaded_file AS f USING (file_id)
    WHERE e.is_gp_practice AND e.status IS NOT NULL
),
trusted AS (
    SELECT *, row_number() OVER (
        PARTITION BY organisation_code, fact, at_on
        ORDER BY trust, edition_on DESC NULLS LAST, edition_version DESC, file_id DESC, value
    ) AS choice
    FROM claim
),
changed AS (
    SELECT organisation_code, fact, at_on, value,
           lag(value) OVER (PARTITION BY organisation_code, fact ORDER BY at_on) AS value_before,
           row_number() OVER (PARTITION BY organisation_code, fact ORDER BY at_on) AS place
    FROM trusted WHERE choice = 1
),
-- Only what differs from the statement before it. The first one reaches back without limit, but for suppliers: files name
-- a supplier where there are data, so that carried back it would stand only beside months without data.
kept AS (
    SELECT organisation_code, fact, value,
           CASE WHEN place = 1 AND fact NOT IN ('clinical_supplier', 'telephony_supplier', 'online_supplier')
                THEN DATE '1900-01-01' ELSE at_on END AS from_on
    FROM changed WHERE place = 1 OR value IS DISTINCT FROM value_before
)
SELECT organisation_code, fact, value, from_on,
       coalesce(lead(from_on) OVER (PARTITION BY organisation_code, fact ORDER BY from_on) - 1,
                DATE '9999-12-31') AS to_on
FROM kept;

-- The ICB and region of each sub-ICB, by day: as most of its practices are stated to be, as at that day.
-- icb_in_force: since when an ICB of that code has existed, and until when (returns/icb_successions.toml).
CREATE OR REPLACE TEMP TABLE sub_icb_parent AS
WITH
counted AS (
    SELECT p.sub_icb_code, p.at_on, t.trust, p.icb_code, count(*) AS practices
    FROM data.published_fact AS p JOIN data.fact_source AS t USING (source)
    WHERE p.sub_icb_code IS NOT NULL AND p.icb_code IS NOT NULL
    GROUP BY p.sub_icb_code, p.at_on, t.trust, p.icb_code
),
chosen AS (
    SELECT *, row_number() OVER (
        PARTITION BY sub_icb_code, at_on ORDER BY trust, practices DESC, icb_code
    ) AS choice
    FROM counted
),
changed AS (
    SELECT sub_icb_code, icb_code, at_on,
           lag(icb_code) OVER (PARTITION BY sub_icb_code ORDER BY at_on) AS icb_before,
           row_number() OVER (PARTITION BY sub_icb_code ORDER BY at_on) AS place
    FROM chosen WHERE choice = 1
),
-- A change is dated by the first statement of it, unless the ICB before was closed, or the new one created, earlier.
dated AS (
    SELECT c.sub_icb_code, c.icb_code,
           greatest(CASE WHEN c.place = 1 THEN DATE '1900-01-01' ELSE least(c.at_on, before.to_on + 1) END,
                    own.from_on) AS from_on,
           coalesce(own.to_on, DATE '9999-12-31') AS last_on
    FROM changed AS c
    LEFT JOIN icb_in_force AS before ON before.icb_code = c.icb_before
    LEFT JOIN icb_in_force AS own ON own.icb_code = c.icb_code
    WHERE c.place = 1 OR c.icb_code IS DISTINCT FROM c.icb_before
)
-- Outside the days on which the one known ICB existed, the ICB is not known.
SELECT sub_icb_code, icb_code, from_on,
       least(last_on, lead(from_on) OVER (PARTITION BY sub_icb_code ORDER BY from_on) - 1) AS to_on
FROM dated;

-- Regions have not changed since 2020: the one that the most trusted and latest statements give.
CREATE OR REPLACE TEMP TABLE sub_icb_region AS
WITH counted AS (
    SELECT p.sub_icb_code, p.region_code, t.trust, p.at_on, count(*) AS practices
    FROM data.published_fact AS p JOIN data.fact_source AS t USING (source)
    WHERE p.sub_icb_code IS NOT NULL AND p.region_code IS NOT NULL
    GROUP BY p.sub_icb_code, p.region_code, t.trust, p.at_on
)
SELECT sub_icb_code, arg_min(region_code, (trust, -epoch(p.at_on), -practices, region_code)) AS region_code
FROM counted AS p GROUP BY sub_icb_code;

-- The rows of organisations files, as spans: at each day on which something begins or has just ended, the row that holds.
CREATE OR REPLACE TEMP TABLE organisation_span AS
WITH
dated AS (
    SELECT *, coalesce(valid_from, DATE '1900-01-01') AS from_on FROM data.organisation_row
),
turning_day AS (
    SELECT organisation_code, from_on AS at_on FROM dated
    UNION
    SELECT organisation_code, DATE '1900-01-01' FROM dated
    UNION
    SELECT organisation_code, valid_to + 1 FROM dated WHERE valid_to IS NOT NULL
),
candidate AS (
    SELECT t.at_on, d.*,
           CASE WHEN d.from_on > t.at_on THEN 'after'
                WHEN d.valid_to IS NOT NULL AND d.valid_to < t.at_on THEN 'before'
                ELSE 'covers' END AS position
    FROM turning_day AS t JOIN dated AS d ON d.organisation_code = t.organisation_code
),
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY organisation_code, at_on
        ORDER BY CASE position WHEN 'covers' THEN 1 WHEN 'before' THEN 2 ELSE 3 END,
                 CASE WHEN position = 'covers' THEN from_on END DESC NULLS LAST,
                 CASE WHEN position = 'before' THEN valid_to END DESC NULLS LAST,
                 CASE WHEN position = 'after' THEN from_on END ASC NULLS LAST,
                 file_id DESC, row_number DESC
    ) AS choice
    FROM candidate
)
-- Before its first day a row says where an organisation belongs, but not who its supplier was.
SELECT organisation_code, at_on AS span_from_on,
       coalesce(lead(at_on) OVER (PARTITION BY organisation_code ORDER BY at_on) - 1, DATE '9999-12-31') AS span_to_on,
       contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       CASE WHEN position <> 'after' THEN clinical_supplier END AS clinical_supplier,
       CASE WHEN position <> 'after' THEN telephony_supplier END AS telephony_supplier,
       CASE WHEN position <> 'after' THEN online_supplier END AS online_supplier, list_size
FROM ranked WHERE choice = 1;

-- What is not dated: names, kind, opening, closing, successor. The latest statement that has one.
CREATE OR REPLACE TEMP TABLE organisation_register AS
WITH
own_ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY organisation_code ORDER BY coalesce(valid_from, DATE '1900-01-01') DESC, file_id DESC, row_number DESC
    ) AS recency
    FROM data.organisation_row
),
own AS (
    SELECT organisation_code,
           arg_min(organisation_name, recency) AS organisation_name,
           arg_min(organisation_kind, recency) AS organisation_kind,
           arg_min(opened_on, recency) FILTER (opened_on IS NOT NULL) AS opened_on,
           arg_min(closed_on, recency) FILTER (closed_on IS NOT NULL) AS closed_on,
           arg_min(successor_code, recency) FILTER (successor_code IS NOT NULL) AS successor_code
    FROM own_ranked GROUP BY organisation_code
),
epraccur_ranked AS (
    SELECT e.*, row_number() OVER (
        PARTITION BY e.organisation_code ORDER BY f.edition_on DESC NULLS LAST, e.file_id DESC, e.row_number DESC
    ) AS recency
    FROM data.epraccur_row AS e JOIN data.loaded_file AS f ON f.file_id = e.file_id
),
published AS (
    SELECT organisation_code, organisation_name, 'practice' AS organisation_kind, opened_on, closed_on, 'epraccur' AS source
    FROM epraccur_ranked WHERE recency = 1 AND is_gp_practice AND status NOT IN ('P', 'PROPOSED')
    UNION ALL
    SELECT pcn_code, pcn_name, 'pcn', opened_on, closed_on, 'ePCN'
    FROM (
        SELECT p.*, row_number() OVER (
            PARTITION BY p.pcn_code
            ORDER BY f.edition_on DESC NULLS LAST, f.edition_version DESC, p.file_id DESC, p.row_number DESC
        ) AS recency
        FROM data.pcn_row AS p JOIN data.loaded_file AS f ON f.file_id = p.file_id
    ) AS latest_pcn
    WHERE recency = 1
),
succession AS (
    SELECT organisation_code, arg_max(successor_code, (s.effective_on, s.file_id, s.row_number)) AS successor_code
    FROM data.succession_row AS s GROUP BY organisation_code
)
SELECT coalesce(o.organisation_code, p.organisation_code) AS organisation_code,
       coalesce(o.organisation_name, p.organisation_name) AS organisation_name,
       coalesce(o.organisation_kind, p.organisation_kind) AS organisation_kind,
       coalesce(o.opened_on, p.opened_on) AS opened_on,
       CASE WHEN o.organisation_code IS NULL THEN p.closed_on ELSE coalesce(o.closed_on, p.closed_on) END AS closed_on,
       coalesce(o.successor_code, s.successor_code) AS successor_code,
       CASE WHEN o.organisation_code IS NULL THEN p.source ELSE 'organisations' END AS source
FROM own AS o
FULL JOIN published AS p USING (organisation_code)
LEFT JOIN succession AS s ON s.organisation_code = coalesce(o.organisation_code, p.organisation_code);

-- The names of ICBs and PCNs, as the latest published file has them; of a PCN in the register, as the register has it.
CREATE OR REPLACE TEMP TABLE area_name AS
WITH
published AS (
    SELECT icb_code AS area_code, icb_name AS area_name, extract_on AS at_on FROM data.registered_map_row
    UNION ALL SELECT pcn_code, pcn_name, extract_on FROM data.registered_map_row
    UNION ALL SELECT icb_code, icb_name, period_start FROM data.online_consultation_row
    UNION ALL SELECT pcn_code, pcn_name, period_start FROM data.online_consultation_row
    UNION ALL
    SELECT organisation_code, organisation_name, DATE '9999-12-31' FROM organisation_register WHERE organisation_kind = 'pcn'
),
counted AS (
    SELECT area_code, area_name, max(at_on) AS at_on, count(*) AS times
    FROM published WHERE area_code <> '' AND area_name IS NOT NULL GROUP BY area_code, area_name
)
SELECT area_code, arg_max(area_name, (at_on, times, area_name)) AS area_name FROM counted GROUP BY area_code;

DELETE FROM data.organisation_dated;

INSERT INTO data.organisation_dated
WITH
claim_of_member AS (
    SELECT c.* FROM organisation_claim AS c JOIN organisation_register AS r ON r.organisation_code = c.organisation_code
),
turning_day AS (
    SELECT organisation_code, DATE '1900-01-01' AS at_on FROM organisation_register
    UNION
    SELECT organisation_code, span_from_on FROM organisation_span
    UNION
    SELECT organisation_code, from_on FROM claim_of_member
    UNION
    SELECT c.organisation_code, p.from_on
    FROM claim_of_member AS c JOIN sub_icb_parent AS p ON c.fact = 'sub_icb_code' AND p.sub_icb_code = c.value
    UNION
    SELECT c.organisation_code, p.to_on + 1
    FROM claim_of_member AS c JOIN sub_icb_parent AS p ON c.fact = 'sub_icb_code' AND p.sub_icb_code = c.value
    WHERE p.to_on < DATE '9999-12-31'
),
span AS (
    SELECT organisation_code, at_on AS from_on,
           coalesce(lead(at_on) OVER (PARTITION BY organisation_code ORDER BY at_on) - 1, DATE '9999-12-31') AS to_on
    FROM turning_day
),
claimed AS (
    SELECT s.organisation_code, s.from_on,
           max(CASE WHEN c.fact = 'sub_icb_code' THEN c.value END) AS sub_icb_code,
           max(CASE WHEN c.fact = 'pcn_code' THEN c.value END) AS pcn_code,
           max(CASE WHEN c.fact = 'clinical_supplier' THEN c.value END) AS clinical_supplier,
           max(CASE WHEN c.fact = 'telephony_supplier' THEN c.value END) AS telephony_supplier,
           max(CASE WHEN c.fact = 'online_supplier' THEN c.value END) AS online_supplier,
           max(CASE WHEN c.fact = 'list_size' THEN c.value END) AS list_size,
           max(CASE WHEN c.fact = 'register_status' THEN c.value END) AS register_status
    FROM span AS s
    JOIN claim_of_member AS c
        ON c.organisation_code = s.organisation_code AND c.from_on <= s.from_on AND c.to_on >= s.from_on
    GROUP BY s.organisation_code, s.from_on
),
fact AS (
    SELECT s.organisation_code, s.from_on, s.to_on,
           o.contract_type, o.icb_code, o.icb_name,
           coalesce(o.sub_icb_code, c.sub_icb_code) AS sub_icb_code,
           coalesce(o.pcn_code, c.pcn_code) AS pcn_code,
           coalesce(o.clinical_supplier, c.clinical_supplier) AS clinical_supplier,
           coalesce(o.telephony_supplier, c.telephony_supplier) AS telephony_supplier,
           coalesce(o.online_supplier, c.online_supplier) AS online_supplier,
           coalesce(o.list_size, CAST(c.list_size AS BIGINT)) AS list_size, c.register_status
    FROM span AS s
    LEFT JOIN organisation_span AS o
        ON o.organisation_code = s.organisation_code AND o.span_from_on <= s.from_on AND o.span_to_on >= s.from_on
    LEFT JOIN claimed AS c ON c.organisation_code = s.organisation_code AND c.from_on = s.from_on
)
SELECT f.organisation_code, f.from_on, f.to_on,
       r.organisation_name, coalesce(r.organisation_kind, 'practice'), f.contract_type,
       g.region_code, coalesce(f.icb_code, p.icb_code), coalesce(f.icb_name, i.area_name), f.sub_icb_code,
       coalesce(f.pcn_code, CASE WHEN r.organisation_kind = 'pcn' THEN f.organisation_code END), n.area_name,
       f.clinical_supplier, f.telephony_supplier, f.online_supplier,
       supplier_keys(f.clinical_supplier), supplier_keys(f.telephony_supplier), supplier_keys(f.online_supplier),
       f.list_size, r.opened_on, r.closed_on, r.successor_code, r.source, f.register_status
FROM fact AS f
JOIN organisation_register AS r USING (organisation_code)
LEFT JOIN sub_icb_parent AS p
    ON p.sub_icb_code = f.sub_icb_code AND p.from_on <= f.from_on AND p.to_on >= f.from_on
LEFT JOIN sub_icb_region AS g ON g.sub_icb_code = f.sub_icb_code
LEFT JOIN area_name AS i ON i.area_code = coalesce(f.icb_code, p.icb_code)
LEFT JOIN area_name AS n
    ON n.area_code = coalesce(f.pcn_code, CASE WHEN r.organisation_kind = 'pcn' THEN f.organisation_code END);

DELETE FROM data.supplier_set;

INSERT INTO data.supplier_set
WITH combination AS (
    SELECT clinical_keys AS supplier_keys FROM data.organisation_dated WHERE clinical_keys IS NOT NULL
    UNION
    SELECT telephony_keys FROM data.organisation_dated WHERE telephony_keys IS NOT NULL
    UNION
    SELECT online_keys FROM data.organisation_dated WHERE online_keys IS NOT NULL
)
SELECT supplier_keys, unnest(string_split(trim(supplier_keys, ';'), ';')) AS supplier_key FROM combination;

DELETE FROM data.supplier_name;

INSERT INTO data.supplier_name
WITH
written AS (
    SELECT trim(each_supplier) AS supplier_name
    FROM (
        SELECT unnest(string_split_regex(suppliers, '[;,]')) AS each_supplier
        FROM (
            SELECT clinical_supplier AS suppliers FROM data.organisation_dated
            UNION ALL SELECT telephony_supplier FROM data.organisation_dated
            UNION ALL SELECT online_supplier FROM data.organisation_dated
        ) AS every_kind
        WHERE suppliers IS NOT NULL
    ) AS apart
),
counted AS (
    SELECT supplier_key(supplier_name) AS supplier_key, supplier_name, count(*) AS times
    FROM written WHERE supplier_name <> '' GROUP BY supplier_name
)
SELECT supplier_key, arg_max(supplier_name, (times, supplier_name)) FROM counted GROUP BY supplier_key;

DELETE FROM data.organisations_built;

INSERT INTO data.organisations_built
SELECT max(file_id) FROM data.loaded_file WHERE state = 'loaded' HAVING max(file_id) IS NOT NULL;
