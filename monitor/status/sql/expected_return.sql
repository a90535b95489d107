-- name: question
-- The question as tables: everything that the derivation takes in beside what was loaded.

CREATE OR REPLACE TEMP TABLE question (
    as_of DATE, monitor_from DATE, supplier_min_organisations INTEGER, supplier_min_share DECIMAL(9, 6),  -- exact: 11 of 20 is 0.55
    short_min_organisations INTEGER, short_min_share DECIMAL(9, 6)
);

CREATE OR REPLACE TEMP TABLE mandatory_return AS FROM data.mandatory_return LIMIT 0;

CREATE OR REPLACE TEMP TABLE return_period (
    return_code VARCHAR, period_start DATE, period_end DATE, period_label VARCHAR, due_on DATE, due_basis VARCHAR,
    gms_reference VARCHAR, pms_reference VARCHAR,  -- the law may change at a date
    last_day_before DATE, last_day_after DATE      -- the last days of the periods beside it
);

CREATE OR REPLACE TEMP TABLE request_due (
    return_code VARCHAR, requested_on DATE, named_due_on DATE, period_label VARCHAR, due_on DATE, due_basis VARCHAR,
    gms_reference VARCHAR, pms_reference VARCHAR
);

CREATE OR REPLACE TEMP TABLE unchecked_return (return_code VARCHAR);

-- The returns that are worked out: all of mandatory_return, unless only some of them could have changed.
CREATE OR REPLACE TEMP TABLE worked_out (return_code VARCHAR);

CREATE OR REPLACE TEMP TABLE reported_icb (icb_code VARCHAR);

CREATE OR REPLACE TEMP TABLE closed_icb (icb_code VARCHAR, last_on DATE, successor_code VARCHAR);

CREATE OR REPLACE TEMP TABLE collective_action AS FROM data.collective_action LIMIT 0;

-- name: expected_return
-- Every expected return as of the day asked about: return x organisation x period, with its due date and the facts
-- about the organisation on the period's last day. Tables in: mandatory_return, return_period, request_due, question.

CREATE OR REPLACE TEMP TABLE current_request AS
SELECT * EXCLUDE (recency) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY request_id, organisation_code, return_code ORDER BY file_id DESC, row_number DESC
    ) AS recency
    FROM data.request_row
    WHERE return_code IN (SELECT return_code FROM worked_out)
) AS every_version
WHERE recency = 1;

CREATE OR REPLACE TEMP TABLE current_notice AS
SELECT * EXCLUDE (recency) FROM (
    SELECT *, row_number() OVER (PARTITION BY notice_id ORDER BY file_id DESC, row_number DESC) AS recency
    FROM data.notice_row
) AS every_version
WHERE recency = 1;

-- The days that something is owed for: one row a return and period, and one a return, day of request and date it names.
-- Small, and numbered, as are the spans of organisations: what is kept for each of millions of expected returns
-- is two numbers, not the facts themselves. Each return has numbers of its own, whichever others are worked out with it.
CREATE OR REPLACE TEMP TABLE period_fact AS
WITH
numbered AS (
    SELECT return_code, CAST(row_number() OVER (ORDER BY return_code) AS INTEGER) AS return_number FROM mandatory_return
),
owed_for AS (
    SELECT return_code, period_start, period_end, period_label, due_on, due_basis, gms_reference, pms_reference,
           last_day_before, last_day_after, CAST(NULL AS DATE) AS named_due_on
    FROM return_period
    UNION ALL
    SELECT d.return_code, d.requested_on, d.requested_on, d.period_label, d.due_on, d.due_basis, d.gms_reference, d.pms_reference,
           NULL, NULL, d.named_due_on
    FROM request_due AS d
    JOIN mandatory_return AS r ON r.return_code = d.return_code AND r.kind = 'on_request'
    CROSS JOIN question
    WHERE d.requested_on BETWEEN question.monitor_from AND question.as_of
      AND coalesce(d.requested_on >= r.effective_from, TRUE) AND coalesce(d.requested_on <= r.effective_to, TRUE)
)
SELECT n.return_number * 1000000 + CAST(
           row_number() OVER (PARTITION BY p.return_code ORDER BY p.period_start, p.named_due_on) AS INTEGER
       ) AS period_id,
       n.return_number, p.*, r.return_title, r.kind, r.period, r.owed_by, r.supplier_kind, r.grace_days, r.contract_types
FROM owed_for AS p
JOIN mandatory_return AS r ON r.return_code = p.return_code
JOIN numbered AS n ON n.return_code = p.return_code
WHERE p.return_code IN (SELECT return_code FROM worked_out);

CREATE OR REPLACE TEMP TABLE organisation_fact AS
SELECT CAST(row_number() OVER (ORDER BY d.organisation_code, d.from_on) AS INTEGER) AS span_id,
       CAST(dense_rank() OVER (ORDER BY d.organisation_code) AS INTEGER) AS organisation_number, d.*, n.icb_now
FROM data.organisation_dated AS d
LEFT JOIN icb_of_now AS n ON n.organisation_code = d.organisation_code;

-- The supplier of each kind, for a join to find: a CASE over columns that a join has brought together, joined again,
-- meets an internal error of DuckDB 2.0.0 ("global dictionary changed identity").
CREATE OR REPLACE TEMP TABLE supplier_fact AS
SELECT span_id, 'clinical' AS supplier_kind, clinical_supplier AS supplier, clinical_keys AS supplier_keys FROM organisation_fact
UNION ALL
SELECT span_id, 'telephony', telephony_supplier, telephony_keys FROM organisation_fact
UNION ALL
SELECT span_id, 'online', online_supplier, online_keys FROM organisation_fact
UNION ALL
SELECT span_id, 'none', NULL, NULL FROM organisation_fact;

-- A request for a return that has periods of its own (the annual return) gives a due date where the year has none.
CREATE OR REPLACE TEMP TABLE dating_request AS
WITH ranked AS (
    SELECT q.organisation_code, p.period_id, d.due_on, d.due_basis, row_number() OVER (
        PARTITION BY q.organisation_code, p.period_id ORDER BY q.requested_on DESC, d.due_on DESC NULLS LAST
    ) AS recency
    FROM current_request AS q
    JOIN request_due AS d
        ON d.return_code = q.return_code AND d.requested_on = q.requested_on
        AND d.named_due_on IS NOT DISTINCT FROM q.due_on
    JOIN period_fact AS p
        ON p.return_code = q.return_code AND p.kind <> 'on_request'
        AND q.requested_on BETWEEN p.period_start AND p.period_end AND p.due_on IS NULL
    CROSS JOIN question
    WHERE q.requested_on <= question.as_of
)
SELECT organisation_code, period_id, due_on, due_basis FROM ranked WHERE recency = 1 AND due_on IS NOT NULL;

-- Which organisations a notice reaches, and for which periods: its scope is theirs, and its period is that one, or its span
-- of days holds the period's last day.
CREATE OR REPLACE TEMP TABLE notice_reach AS
SELECT p.period_id, f.span_id, p.kind AS return_kind, n.notice_id, n.kind, n.scope, n.scope_value, n.new_due_on
FROM current_notice AS n
JOIN period_fact AS p
    ON p.return_code = n.return_code
    AND coalesce(
        n.period_start = p.period_start,
        coalesce(n.from_on <= p.period_end, TRUE) AND coalesce(n.to_on >= p.period_end, TRUE)
    )
JOIN organisation_fact AS f ON f.organisation_kind = p.owed_by AND p.period_end BETWEEN f.from_on AND f.to_on
JOIN supplier_fact AS x ON x.span_id = f.span_id AND x.supplier_kind = p.supplier_kind
WHERE n.scope = 'national'
   OR (n.scope = 'icb' AND n.scope_value = f.icb_code)
   OR (n.scope = 'organisation' AND n.scope_value = f.organisation_code)
   OR (n.scope = 'supplier' AND contains(x.supplier_keys, ';' || supplier_key(n.scope_value) || ';'));

-- One row an expected return. original_due_on: as the calendar or a request has it; due_on: with extensions.
-- An event is owed when it happens: no notice gives it a due date. An extension never shortens: the later day holds.
-- expected_id is in the order of an organisation's own returns of one kind, which cause.sql relies on; as period_id, it is
-- of one return alone.
CREATE OR REPLACE TEMP TABLE expected_slot AS
WITH
with_period AS (
    SELECT p.return_number, p.period_start, p.period_id, f.span_id, f.organisation_number, '' AS request_id,
           coalesce(p.due_on, d.due_on) AS due_on, coalesce(d.due_basis, p.due_basis) AS due_basis
    FROM period_fact AS p
    JOIN organisation_fact AS f ON f.organisation_kind = p.owed_by AND p.period_end BETWEEN f.from_on AND f.to_on
    LEFT JOIN dating_request AS d ON d.organisation_code = f.organisation_code AND d.period_id = p.period_id
    WHERE p.kind <> 'on_request'
      AND coalesce(f.opened_on, p.period_end) <= p.period_end
      AND coalesce(f.closed_on, p.period_start) >= p.period_start
      AND coalesce(f.opened_on <= f.closed_on, TRUE)
),
with_request AS (
    SELECT p.return_number, p.period_start, p.period_id, f.span_id, f.organisation_number, q.request_id, p.due_on, p.due_basis
    FROM current_request AS q
    JOIN period_fact AS p
        ON p.return_code = q.return_code AND p.kind = 'on_request' AND p.period_start = q.requested_on
        AND p.named_due_on IS NOT DISTINCT FROM q.due_on
    JOIN organisation_fact AS f
        ON f.organisation_code = q.organisation_code AND f.organisation_kind = p.owed_by
        AND q.requested_on BETWEEN f.from_on AND f.to_on
),
extended AS (
    SELECT period_id, span_id, max(new_due_on) AS new_due_on
    FROM notice_reach WHERE kind = 'extended' AND new_due_on IS NOT NULL AND return_kind <> 'event'
    GROUP BY period_id, span_id
)
SELECT CAST(e.return_number AS BIGINT) * 1000000000 + row_number() OVER (
           PARTITION BY e.return_number ORDER BY e.period_start, e.span_id, e.request_id
       ) AS expected_id,
       e.period_id, e.span_id, e.organisation_number, e.request_id,
       CASE WHEN x.new_due_on < e.due_on THEN e.due_on ELSE coalesce(x.new_due_on, e.due_on) END AS due_on,
       CASE WHEN x.new_due_on IS NULL OR x.new_due_on < e.due_on THEN e.due_basis ELSE 'notified' END AS due_basis,
       e.due_on AS original_due_on
FROM (SELECT * FROM with_period UNION ALL SELECT * FROM with_request) AS e
LEFT JOIN extended AS x ON x.period_id = e.period_id AND x.span_id = e.span_id;

CREATE OR REPLACE TEMP VIEW expected_return AS
SELECT e.expected_id, e.period_id, e.span_id, e.organisation_number, f.organisation_code, p.return_code,
       p.period_start, p.period_end, p.period_label, e.request_id, e.due_on, e.original_due_on, e.due_basis,
       p.last_day_before, p.last_day_after, p.kind, p.period, p.owed_by, p.supplier_kind, p.grace_days, p.contract_types,
       f.opened_on, f.closed_on, f.register_status, coalesce(f.register_status = 'dormant', FALSE) AS is_dormant, f.organisation_name, f.organisation_kind, f.contract_type,
       f.icb_code, f.sub_icb_code, f.pcn_code,
       x.supplier, x.supplier_keys
FROM expected_slot AS e
JOIN period_fact AS p USING (period_id)
JOIN organisation_fact AS f USING (span_id)
JOIN supplier_fact AS x ON x.span_id = e.span_id AND x.supplier_kind = p.supplier_kind;

CREATE OR REPLACE TEMP TABLE applying_notice AS
SELECT e.expected_id, n.notice_id, n.kind, n.scope, n.scope_value, n.new_due_on
FROM notice_reach AS n JOIN expected_slot AS e ON e.period_id = n.period_id AND e.span_id = n.span_id;
