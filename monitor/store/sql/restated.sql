-- How many rows of a published file say what a row of another file said: duplicates, which are kept all the same.
SELECT count(*) FROM @typed AS new
WHERE new.fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)
  AND EXISTS (SELECT 1 FROM @table AS old WHERE @same_values);
