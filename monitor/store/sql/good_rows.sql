-- The rows of a file that are neither rejected nor repeated, each with its number in the file.
SELECT *, coalesce(row_number, rowid + 1 + $heading_rows) AS number
FROM @typed
WHERE fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)
