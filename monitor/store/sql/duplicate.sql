-- Rows of the file being loaded that say the same as an earlier row of it, or as a row that was loaded before.
-- The hash only finds candidates cheaply; what is a duplicate is decided on the values.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH
repeated AS (
    SELECT row_hash FROM @typed WHERE fault IS NULL GROUP BY row_hash HAVING count(*) > 1
),
within_file AS (
    SELECT rowid AS place, row_number() OVER (PARTITION BY @columns ORDER BY rowid) AS occurrence
    FROM @typed
    WHERE fault IS NULL AND row_hash IN (SELECT row_hash FROM repeated)
)
SELECT place FROM within_file WHERE occurrence > 1
UNION
SELECT new.rowid
FROM @typed AS new
JOIN @table AS old ON @same_values
WHERE new.fault IS NULL;
