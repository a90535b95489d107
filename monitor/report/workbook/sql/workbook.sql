-- name: edition
-- Differs whenever anything that the workbook shows has changed.
SELECT shown FROM data.snapshot

-- name: check
-- The day that the answer is about, when it was worked out, and when the newest file came; instants in London's time.
SELECT (SELECT as_of FROM last_check) AS as_of,
       (SELECT checked_at AT TIME ZONE 'Europe/London' FROM last_check) AS checked_at,
       (SELECT max(loaded_at) AT TIME ZONE 'Europe/London' FROM loaded_file WHERE state = 'loaded') AS newest_file_at

-- name: rows
-- How many rows there are for each sheet, whether or not it has room for them.
SELECT (SELECT count(*) FROM missed_return) AS missed, (SELECT count(*) FROM return_status) AS statuses,
       (SELECT count(*) FROM organisation) AS organisations, (SELECT count(*) FROM loaded_file) AS sources

-- name: status_counts
-- How many expected returns have each status.
SELECT status, count(*) AS expected_returns FROM return_status GROUP BY status

-- name: missed
-- Every missed return; the longest overdue first, of those so many as a sheet has room for.
SELECT @columns
FROM missed_return
ORDER BY due_on, return_title, period_start, organisation_code, request_id
LIMIT $most

-- name: statuses
-- The expected returns with their status. Where there are more than a sheet has room for: first what is not settled, then
-- what lies ahead, then what came late, then the rest; of each the latest periods.
SELECT @columns
FROM (
    FROM return_status
    ORDER BY CASE WHEN status IN ('not_received', 'rejected', 'not_known', 'in_grace') THEN 1
                  WHEN status = 'not_due' THEN 2
                  WHEN status = 'received_late' THEN 3
                  WHEN status = 'received' THEN 4
                  ELSE 5 END,
             period_end DESC, return_code, organisation_code, request_id
    LIMIT $most
)
ORDER BY return_title, period_start, organisation_code, request_id

-- name: organisations
-- Who exists and what was true of them when.
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, list_size, opened_on, closed_on, successor_code,
       valid_from, valid_to, source
FROM organisation
ORDER BY organisation_code, valid_from NULLS FIRST
LIMIT $most

-- name: returns
-- By return: how many expected returns have each status, and the latest period of which anything was received.
SELECT return_title,
       count(*) AS expected,
       count(*) FILTER (status = 'received') AS received,
       count(*) FILTER (status = 'received_late') AS received_late,
       count(*) FILTER (status = 'not_received') AS not_received,
       count(*) FILTER (status = 'rejected') AS rejected,
       count(*) FILTER (status = 'not_known') AS not_known,
       count(*) FILTER (status IN ('not_due', 'in_grace')) AS not_yet_due,
       count(*) FILTER (status IN ('no_due_date', 'no_event')) AS no_date_or_event,
       count(*) FILTER (status = 'not_required') AS not_required,
       max(period_start) FILTER (status IN ('received', 'received_late')) AS latest_period_received_from
FROM return_status
GROUP BY return_code, return_title
ORDER BY return_title, return_code

-- name: sources
-- Every file met, the newest first.
SELECT file_name, format, state, loaded_at AT TIME ZONE 'Europe/London' AS loaded_at, rows_in_file, rows_loaded,
       rows_duplicate, rows_rejected, sha256
FROM loaded_file
ORDER BY loaded_file.loaded_at DESC, file_name
LIMIT $most

-- name: gaps
-- Gaps that many organisations share: one row each, the widest first. Titles in the first column: it has room for them.
SELECT m.return_title, coalesce(f.supplier, f.area_code) AS supplier_or_area, f.period_start, f.due_on,
       f.organisations, f.cause
FROM finding AS f JOIN mandatory_return AS m USING (return_code)
WHERE f.resolved_at IS NULL AND f.kind IN ('supplier_gap', 'area_gap')
ORDER BY f.organisations DESC, supplier_or_area, m.return_title, f.period_start

-- name: freshness
-- By kind of source: how many files, when the newest was loaded, and what of their rows was not.
SELECT coalesce(format, 'no known format') AS format, count(*) FILTER (state = 'loaded') AS files_loaded,
       count(*) FILTER (state = 'refused') AS files_refused,
       max(loaded_at) FILTER (state = 'loaded') AT TIME ZONE 'Europe/London' AS newest_loaded_at,
       sum(rows_in_file) AS rows_in_file, sum(rows_loaded) AS rows_loaded, sum(rows_duplicate) AS rows_duplicate,
       sum(rows_rejected) AS rows_rejected
FROM loaded_file
GROUP BY ALL
ORDER BY format

-- name: dictionary
-- What each view and column of the published database holds.
SELECT view_name, NULL AS column_name, comment
FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND NOT temporary
UNION ALL
SELECT table_name, column_name, c.comment
FROM duckdb_columns() AS c JOIN duckdb_views() AS v ON v.view_name = c.table_name AND v.schema_name = c.schema_name
WHERE c.schema_name = 'main' AND NOT v.internal AND NOT v.temporary
ORDER BY view_name, column_name NULLS FIRST
