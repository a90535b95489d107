-- name: organisations
-- Every organisation that owes anything, with what is last known of it.
WITH last_known AS (
    SELECT * FROM organisation
    QUALIFY row_number() OVER (PARTITION BY organisation_code ORDER BY valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST) = 1
)
SELECT o.organisation_code, o.organisation_name, o.organisation_kind, o.contract_type, o.icb_code, o.icb_name, n.icb_now, o.sub_icb_code,
       o.pcn_code, o.clinical_supplier, o.telephony_supplier, o.online_supplier, o.list_size, o.opened_on, o.closed_on,
       o.successor_code, o.source,
       supplier_keys(concat_ws(';', o.clinical_supplier, o.telephony_supplier, o.online_supplier)) AS supplier_keys
FROM last_known AS o
JOIN (SELECT organisation_code, any_value(icb_now) AS icb_now FROM span_shown GROUP BY organisation_code) AS n USING (organisation_code)
ORDER BY o.organisation_code

-- name: organisation_rows
-- Every expected return of the wanted organisations, one after the other.
SELECT organisation_code, return_code, return_title, period_kind, period_start, period_label, request_id, contract_type, due_on,
       original_due_on, due_basis, status, cause, received_at, days_late, days_overdue, attempts, supplier, evidence, last_received_label,
       gms_reference, pms_reference, parts_missing
FROM report_row WHERE organisation_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
ORDER BY organisation_code, return_code, period_start, request_id

-- name: attempts
-- The latest $most submissions of each wanted organisation, the latest first; attempts counts all of them.
SELECT organisation_code, return_code, period_start, submitted_at, outcome, record_count, detail, is_published_evidence, file_name,
       row_number, count(*) OVER (PARTITION BY organisation_code) AS attempts
FROM submission
WHERE organisation_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
WINDOW latest AS (PARTITION BY organisation_code ORDER BY submitted_at DESC NULLS LAST, period_start DESC, return_code, file_name, row_number)
QUALIFY row_number() OVER latest <= $most
ORDER BY organisation_code, submitted_at DESC NULLS LAST, period_start DESC, return_code, file_name, row_number

-- name: record_counts
-- The control chart of each wanted organisation and return: how its newest count stands, and, where that is low, every point to be
-- drawn. A chart takes some hundredths of a second and 16 KB, too much for thousands of counts that rose or are as usual.
WITH
series AS (
    SELECT * FROM data.chart_series
    WHERE measure = 'records' AND organisation_code IN (SELECT unnest(CAST($wanted AS VARCHAR[])))
),
drawn AS (
    SELECT s.organisation_code, s.return_code, list({
        'on': p.period_start, 'value': p.value, 'mean': s.mean, 'lower': s.lower, 'upper': s.upper, 'phase': s.phase,
        'side': CASE WHEN p.rule IS NULL THEN 0 ELSE p.side END
    } ORDER BY p.period_start) AS points
    FROM series AS s JOIN data.chart_point AS p USING (series_id)
    WHERE (s.organisation_code, s.return_code) IN (
        SELECT (organisation_code, return_code) FROM series WHERE is_newest AND newest_rule IS NOT NULL AND newest_side < 0
    )
    GROUP BY s.organisation_code, s.return_code
)
SELECT s.organisation_code, s.return_code, s.newest_on, s.newest_value, s.mean, s.lower, s.upper, s.points, s.newest_rule,
       s.newest_side, s.low_volume, s.began, s.from_on, s.note, d.points AS drawn
FROM series AS s LEFT JOIN drawn AS d USING (organisation_code, return_code)
WHERE s.is_newest
ORDER BY s.organisation_code, s.return_code

-- name: unread_of_organisations
-- Rows that could not be read and name an organisation and a return.
SELECT d.organisation_code, d.return_code, d.period_on, f.file_name, d.row_number, r.reason, r.column_name, r.row_text
FROM data.row_in_doubt AS d
JOIN data.rejected_row AS r ON r.file_id = d.file_id AND r.row_number = d.row_number
JOIN data.loaded_file AS f ON f.file_id = d.file_id
ORDER BY d.organisation_code, f.file_name, d.row_number

-- name: notices
-- Notices with the scope as organisations are compared: a supplier without case, spaces and legal suffixes.
SELECT notice_id, return_code, kind, period_start, scope, scope_value, new_due_on, from_on, to_on, reason, reference, file_name, row_number,
       CASE WHEN scope = 'supplier' THEN supplier_key(scope_value) ELSE upper(trim(scope_value)) END AS compared_value
FROM notice ORDER BY notice_id, file_name, row_number

-- name: participation
SELECT organisation_code, return_code, state, from_on, to_on, file_name, row_number
FROM participation ORDER BY organisation_code, return_code, from_on, file_name, row_number
