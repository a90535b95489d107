-- name: insert_rows
-- The good rows of the file, but for duplicates. Rows that DuckDB read carry no number: their order is the file's.
INSERT INTO @table (file_id, row_number, @columns)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows), @columns
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
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows),
       split_part(fault, ':', 1), split_part(fault, ':', 2),
       array_to_string(list_transform(cells, lambda cell: as_written(cell)), ',')
FROM @typed
WHERE fault IS NOT NULL AND NOT is_left_out(fault)

-- name: insert_unreadable
-- Whom the rejected rows of a published file are about: of these the file cannot tell.
INSERT INTO data.unreadable_row (file_id, row_number, format_table, organisation_code, period_start)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows), $format_table, organisation_code, period_start
FROM @typed
WHERE fault IS NOT NULL AND is_organisation_code(organisation_code)
