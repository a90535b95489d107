-- name: edition
-- What the pages rest on: the last check and the files loaded. rests_on differs whenever a page could.
SELECT c.as_of, c.checked_at, (SELECT shown FROM data.snapshot) AS rests_on
FROM data.check_run AS c ORDER BY c.rowid DESC LIMIT 1

-- name: fresh
-- By return: the latest attempt, the latest period that any source tells of, and the newest file.
WITH source AS (
    SELECT return_code, file_id, max(submitted_at) AS submitted_at, max(period_start) AS period_start FROM data.submission_attempt GROUP BY ALL
    UNION ALL
    SELECT return_code, file_id, NULL, max(period_start) FROM data.published_evidence GROUP BY ALL
)
SELECT s.return_code, max(s.submitted_at) AS submitted_at, max(s.period_start) AS period_start,
       arg_max(f.file_name, (f.loaded_at, f.file_id)) AS file_name, max(f.loaded_at) AS loaded_at, count(DISTINCT s.file_id) AS files
FROM source AS s JOIN data.loaded_file AS f USING (file_id)
GROUP BY s.return_code ORDER BY s.return_code

-- name: files
-- The newest files, and how many there are.
SELECT file_name, format, loaded_at, rows_in_file, rows_loaded, rows_duplicate, rows_rejected, state, count(*) OVER () AS files
FROM loaded_file ORDER BY loaded_at DESC, file_name LIMIT $most

-- name: news
-- Findings that the last check opened or resolved, counted.
SELECT CASE WHEN f.resolved_at IS NULL THEN 'new' ELSE 'resolved' END AS change, f.kind, f.return_code,
       count(*) AS findings, min(f.due_on) AS due_first
FROM finding AS f, last_check AS c
WHERE f.opened_at = c.checked_at AND f.resolved_at IS NULL OR f.resolved_at = c.checked_at
GROUP BY ALL ORDER BY change, f.kind DESC, findings DESC, f.return_code

-- name: open_findings
SELECT kind, count(*) AS findings, sum(organisations) AS organisations FROM finding WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind

-- name: short_feeds
-- What looks cut short and is held back.
SELECT return_code, period_start, measure, found, usual FROM short_feed WHERE released_at IS NULL ORDER BY ALL

-- name: published_reach
-- Which editions of publications the copy holds, and whether all their parts, as far as the files' names tell; as the
-- derivation has it in a table of this name.
CREATE OR REPLACE TEMP TABLE published_reach AS
SELECT e.source, e.return_code, e.period_start,
       bool_or(f.regions IS NULL) OR NOT any_value(s.has_parts)
           OR len(list_distinct(flatten(list(string_split(coalesce(f.regions, ''), ';'))))) = 7 AS is_whole
FROM (SELECT DISTINCT source, return_code, period_start, file_id FROM data.published_evidence) AS e
JOIN data.loaded_file AS f USING (file_id)
JOIN data.published_source AS s USING (source, return_code)
GROUP BY e.source, e.return_code, e.period_start

-- name: unchecked
SELECT return_code, finding, detail FROM verdict WHERE state = 'could_not_check' ORDER BY return_code, finding

-- name: unread
-- Rows that could not be read and stand so, by file and return: how many, the first of them, and how many expected returns
-- are not known for them.
WITH
unread AS MATERIALIZED (SELECT * FROM data.rejected_open),
of_reason AS (
    SELECT file_name, return_code, reason, count(*) AS unread_rows, min(row_number) AS first_row,
           arg_min(column_name, row_number) AS column_name
    FROM unread GROUP BY file_name, return_code, reason
),
held AS (
    SELECT r.file_name, r.return_code, count(DISTINCT d.expected_id) AS in_doubt
    FROM unread AS r
    JOIN data.held_in_doubt AS d ON d.file_id = r.file_id AND d.row_number = r.row_number
    GROUP BY r.file_name, r.return_code
)
SELECT o.file_name, o.return_code, CAST(sum(o.unread_rows) AS BIGINT) AS rows_rejected, min(o.first_row) AS first_row,
       map_from_entries(list((o.reason, o.unread_rows) ORDER BY o.unread_rows DESC, o.reason)) AS reasons,
       arg_min(o.column_name, o.first_row) AS column_name, coalesce(any_value(h.in_doubt), 0) AS in_doubt
FROM of_reason AS o
LEFT JOIN held AS h ON h.file_name = o.file_name AND h.return_code IS NOT DISTINCT FROM o.return_code
GROUP BY o.file_name, o.return_code
ORDER BY in_doubt DESC, o.file_name, o.return_code

-- name: dictionary
-- Every view that analysts have, and its columns, each with its comment.
SELECT v.view_name, v.comment AS view_comment, c.column_name, c.data_type, c.comment AS column_comment
FROM duckdb_views() AS v
JOIN duckdb_columns() AS c ON c.schema_name = v.schema_name AND c.table_name = v.view_name AND c.database_name = v.database_name
WHERE v.schema_name = 'main' AND NOT v.internal AND NOT v.temporary
ORDER BY v.view_name, c.column_index
