-- One file, typed: its values, the first thing wrong with each row, and the texts of rows that have a fault or could hold
-- NHS numbers. One column of texts for both: a long log does not fit into memory, and a column takes room in every row.
CREATE OR REPLACE TEMP TABLE @typed AS
WITH staged AS (
    @source
)
SELECT @columns, row_number, @fault AS fault,
       CASE WHEN @fault IS NOT NULL OR @with_number THEN [@cells] END AS cells
FROM (
    @typing
) AS typed_row
