-- Lines of a long published file that stand in it more than once. The hash of the whole line decides: of a file's
-- millions of lines, two that differ and have one hash are less likely than a fault of the machine.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH repeated AS (
    SELECT line_hash FROM @typed WHERE fault IS NULL GROUP BY line_hash HAVING count(*) > 1
)
SELECT rowid AS place FROM @typed
WHERE fault IS NULL AND line_hash IN (SELECT line_hash FROM repeated)
QUALIFY row_number() OVER (PARTITION BY line_hash ORDER BY rowid) > 1;
