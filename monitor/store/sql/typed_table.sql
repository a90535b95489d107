-- One file, typed: its values, the first thing wrong with each row, and the texts of rows that could hold NHS numbers.
CREATE OR REPLACE TEMP TABLE @typed AS
WITH staged AS (
    @source
)
SELECT @columns, row_number, @fault AS fault,
       CASE WHEN @fault IS NOT NULL THEN array_to_string(@texts, ',') END AS row_text,
       CASE WHEN @with_number OR fault IS NOT NULL AND @with_number_if_rejected THEN [@looked_at] END AS with_numbers
FROM (
    @typing
) AS typed_row
