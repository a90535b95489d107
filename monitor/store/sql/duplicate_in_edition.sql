-- Rows of a published file that stand in it more than once. A row that another edition has too is kept: without it the
-- edition would not be whole, and which edition holds could no longer be chosen.
CREATE OR REPLACE TEMP TABLE duplicate AS
SELECT rowid AS place FROM @typed
WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY @columns ORDER BY rowid) > 1;
