-- The good rows of the file, but for duplicates. Rows that DuckDB read carry no number: their order is the file's.
INSERT INTO @table (file_id, row_number, @columns)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows), @columns
FROM @typed
WHERE fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)
