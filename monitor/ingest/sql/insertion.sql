-- name: insert_rows
-- The good rows of the file, but for duplicates. Rows that DuckDB read carry no number: their order is the file's.
INSERT INTO @table (file_id, row_number, @columns)
SELECT @file, @number, @columns
FROM @typed
WHERE fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)

-- name: insert_gathered
-- One row for all the good rows of the file about one practice and month, with the number of the first of them.
INSERT INTO @table (file_id, @columns)
SELECT $file_id, @columns
FROM (
    @gathered
) AS gathered

-- name: insert_rejected
INSERT INTO data.rejected_row (file_id, row_number, reason, column_name, row_text)
SELECT @file, @number,
       split_part(fault, ':', 1), split_part(fault, ':', 2),
       array_to_string(list_transform(cells[:$width], lambda cell: as_written(cell)), ',')
FROM @typed
WHERE fault IS NOT NULL AND NOT is_left_out(fault)

-- name: insert_unreadable
-- Whom the rejected rows of a published file are about: of these the file cannot tell.
INSERT INTO data.unreadable_row (file_id, row_number, format_table, organisation_code, period_start)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows), $format_table, organisation_code, period_start
FROM @typed
WHERE fault IS NOT NULL AND is_organisation_code(organisation_code)

-- name: insert_doubtful
-- What the rejected rows of a log are about, as far as it can be read: the first day of the period that their day lies in.
-- Where the return cannot be read, it may be any that the organisation owes.
INSERT INTO data.doubtful_row (file_id, row_number, organisation_code, return_code, period_on, request_id, is_notice)
SELECT @file, @number, organisation_code, return_code,
       first_day_of_period(period_start, $periods[list_position($return_codes, CAST(return_code AS VARCHAR))]),
       request_id, FALSE
FROM @typed
WHERE fault IS NOT NULL AND NOT is_left_out(fault) AND is_organisation_code(organisation_code)

-- name: insert_doubtful_notices
-- What the rejected rows of a notices file may be about: one organisation, where that is their scope, or all that owe the
-- return; the period that they name, or those that end in their days.
INSERT INTO data.doubtful_row
    (file_id, row_number, organisation_code, return_code, period_on, is_notice, notice_id, from_on, to_on)
SELECT @file, @number, organisation_code, return_code,
       first_day_of_period(period_start, $periods[list_position($return_codes, return_code)]),
       TRUE, notice_id, CASE WHEN spans THEN from_on END, CASE WHEN spans THEN to_on END
FROM (
    SELECT * EXCLUDE (return_code),
           CASE WHEN list_position($return_codes, return_code) IS NOT NULL THEN return_code END AS return_code,
           CASE WHEN scope = 'organisation' AND is_organisation_code(scope_value) THEN scope_value END AS organisation_code,
           coalesce(from_on <= to_on, TRUE) AND NOT starts_with(fault, 'bad_date:period_start') AS spans
    FROM (SELECT *, rowid FROM @typed WHERE fault IS NOT NULL AND NOT is_left_out(fault)) AS rejected
) AS named
WHERE return_code IS NOT NULL OR organisation_code IS NOT NULL

-- name: insert_rejected_under
INSERT INTO data.rejected_under VALUES ($file_id, $format_table, $headings, $judged_under, $again_at)

-- name: first_to_come
-- When the first of the rows that lie in the future lies there no more.
SELECT min(submitted_at) FROM @typed WHERE fault = 'submitted_in_future:submitted_at'

-- name: insert_rejected_values
-- The texts of optional values that could not be read and were left out of rows that are loaded.
INSERT INTO data.rejected_value (file_id, row_number, column_name, cell_text)
SELECT file_id, number, column_name, cell_text
FROM (
    SELECT @file AS file_id, @number AS number,
           unnest(CAST($left_out_columns AS VARCHAR[])) AS column_name, unnest(cells[$width + 1:]) AS cell_text
    FROM @typed
    WHERE fault IS NULL AND cells IS NOT NULL AND rowid NOT IN (SELECT place FROM duplicate)
) AS optional_value
WHERE cell_text IS NOT NULL

-- name: count_rows_of_files
-- Of each of several small files typed together: its rows, those that are left out (of which blank), rejected, repeated.
SELECT row_number >> 32 AS place, count(*) AS rows, count(*) FILTER (is_left_out(fault)) AS left_out,
       count(*) FILTER (fault = $blank) AS blank,
       count(*) FILTER (fault IS NOT NULL) AS faulty,
       count(*) FILTER (rowid IN (SELECT place FROM duplicate)) AS repeated
FROM @typed
GROUP BY row_number >> 32

-- name: count_rejected_values_of_files
SELECT file_id, column_name, count(*) AS values FROM data.rejected_value WHERE file_id >= $first_file_id
GROUP BY file_id, column_name ORDER BY ALL

-- name: insert_files
INSERT INTO data.loaded_file
SELECT unnest($file_ids), unnest(CAST($file_names AS VARCHAR[])), unnest(CAST($hashes AS VARCHAR[])), $format, $loaded_at,
       unnest($in_file), unnest($loaded), unnest($duplicate), unnest($rejected), 'loaded',
       unnest(CAST($details AS VARCHAR[])), NULL, unnest($versions), unnest(CAST($regions AS VARCHAR[]))

-- name: count_rejected_values
SELECT column_name, count(*) AS values FROM data.rejected_value WHERE file_id = $file_id GROUP BY column_name ORDER BY ALL
