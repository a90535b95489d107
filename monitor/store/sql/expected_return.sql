-- Every expected return as of the day asked about: return x organisation x period, with its due date and the facts
-- about the organisation on the period's last day. Tables in: mandatory_return, return_period, request_due, question.

CREATE OR REPLACE TEMP TABLE current_request AS
SELECT * EXCLUDE (recency) FROM (
    SELECT *, row_number() OVER (
        PARTITION BY request_id, organisation_code, return_code ORDER BY file_id DESC, row_number DESC
    ) AS recency
    FROM data.request_row
) AS every_version
WHERE recency = 1;

CREATE OR REPLACE TEMP TABLE current_notice AS
SELECT * EXCLUDE (recency) FROM (
    SELECT *, row_number() OVER (PARTITION BY notice_id ORDER BY file_id DESC, row_number DESC) AS recency
    FROM data.notice_row
) AS every_version
WHERE recency = 1;

CREATE OR REPLACE TEMP TABLE expected_bare AS
WITH
organisation AS (
    SELECT DISTINCT organisation_code, organisation_kind, opened_on, closed_on FROM data.organisation_dated
),
-- A request for a return that has periods of its own (the annual return) gives a due date where the year has none.
dating_request AS (
    SELECT *, row_number() OVER (
        PARTITION BY organisation_code, return_code, period_start ORDER BY requested_on DESC, due_on DESC NULLS LAST
    ) AS recency
    FROM (
        SELECT q.organisation_code, q.return_code, p.period_start, q.requested_on, d.due_on, d.due_basis
        FROM current_request AS q
        JOIN request_due AS d
            ON d.return_code = q.return_code AND d.requested_on = q.requested_on
            AND d.named_due_on IS NOT DISTINCT FROM q.due_on
        JOIN return_period AS p
            ON p.return_code = q.return_code AND q.requested_on BETWEEN p.period_start AND p.period_end
        CROSS JOIN question
        WHERE q.requested_on <= question.as_of
    ) AS within_period
),
with_period AS (
    SELECT o.organisation_code, r.return_code, p.period_start, p.period_end, p.period_label, '' AS request_id,
           coalesce(p.due_on, d.due_on) AS due_on,
           CASE WHEN p.due_on IS NULL AND d.due_on IS NOT NULL THEN d.due_basis ELSE p.due_basis END AS due_basis,
           p.last_day_before, p.last_day_after, o.opened_on, o.closed_on
    FROM mandatory_return AS r
    JOIN return_period AS p USING (return_code)
    JOIN organisation AS o ON o.organisation_kind = r.owed_by
    LEFT JOIN dating_request AS d
        ON d.organisation_code = o.organisation_code AND d.return_code = p.return_code
        AND d.period_start = p.period_start AND d.recency = 1
    WHERE coalesce(o.opened_on, p.period_end) <= p.period_end
      AND coalesce(o.closed_on, p.period_start) >= p.period_start
      AND coalesce(o.opened_on <= o.closed_on, TRUE)
),
with_request AS (
    SELECT o.organisation_code, r.return_code, q.requested_on AS period_start, q.requested_on AS period_end,
           d.period_label, q.request_id, d.due_on, d.due_basis,
           CAST(NULL AS DATE) AS last_day_before, CAST(NULL AS DATE) AS last_day_after, o.opened_on, o.closed_on
    FROM current_request AS q
    JOIN mandatory_return AS r ON r.return_code = q.return_code AND r.kind = 'on_request'
    JOIN organisation AS o ON o.organisation_code = q.organisation_code AND o.organisation_kind = r.owed_by
    JOIN request_due AS d
        ON d.return_code = q.return_code AND d.requested_on = q.requested_on
        AND d.named_due_on IS NOT DISTINCT FROM q.due_on
    CROSS JOIN question
    WHERE q.requested_on BETWEEN question.monitor_from AND question.as_of
      AND coalesce(q.requested_on >= r.effective_from, TRUE) AND coalesce(q.requested_on <= r.effective_to, TRUE)
)
SELECT row_number() OVER () AS expected_id, * FROM (
    SELECT * FROM with_period UNION ALL SELECT * FROM with_request
) AS every_expected;

CREATE OR REPLACE TEMP TABLE expected_fact AS
SELECT e.*, r.kind, r.period, r.owed_by, r.supplier_kind, r.grace_days, r.contract_types,
       f.organisation_name, f.organisation_kind, f.contract_type, f.icb_code, f.sub_icb_code, f.pcn_code,
       CASE r.supplier_kind WHEN 'clinical' THEN f.clinical_supplier WHEN 'telephony' THEN f.telephony_supplier
                            WHEN 'online' THEN f.online_supplier END AS supplier,
       CASE r.supplier_kind WHEN 'clinical' THEN f.clinical_keys WHEN 'telephony' THEN f.telephony_keys
                            WHEN 'online' THEN f.online_keys END AS supplier_keys
FROM expected_bare AS e
JOIN mandatory_return AS r USING (return_code)
JOIN data.organisation_dated AS f
    ON f.organisation_code = e.organisation_code AND e.period_end BETWEEN f.from_on AND f.to_on;

DROP TABLE expected_bare;

-- A notice applies when its scope does and its period is that one, or its span of days holds the period's last day.
CREATE OR REPLACE TEMP TABLE applying_notice AS
SELECT e.expected_id, n.notice_id, n.kind, n.scope, n.scope_value, n.new_due_on
FROM current_notice AS n
JOIN expected_fact AS e
    ON e.return_code = n.return_code
    AND coalesce(
        n.period_start = e.period_start,
        coalesce(n.from_on <= e.period_end, TRUE) AND coalesce(n.to_on >= e.period_end, TRUE)
    )
WHERE n.scope = 'national'
   OR (n.scope = 'icb' AND n.scope_value = e.icb_code)
   OR (n.scope = 'organisation' AND n.scope_value = e.organisation_code)
   OR (n.scope = 'supplier' AND contains(e.supplier_keys, ';' || supplier_key(n.scope_value) || ';'));

CREATE OR REPLACE TEMP TABLE expected_return AS
WITH
-- An event is owed when it happens: no notice gives it a due date.
extension AS (
    SELECT a.expected_id, max(a.new_due_on) AS new_due_on
    FROM applying_notice AS a JOIN expected_fact AS e USING (expected_id)
    WHERE a.kind = 'extended' AND a.new_due_on IS NOT NULL AND e.kind <> 'event'
    GROUP BY a.expected_id
)
SELECT e.* EXCLUDE (due_on, due_basis),
       coalesce(x.new_due_on, e.due_on) AS due_on,
       e.due_on AS original_due_on,
       CASE WHEN x.new_due_on IS NOT NULL THEN 'notified' ELSE e.due_basis END AS due_basis
FROM expected_fact AS e
LEFT JOIN extension AS x USING (expected_id);

DROP TABLE expected_fact;
