-- One file, typed: its values, the first thing wrong with each row, and where it holds what could be NHS numbers.
CREATE OR REPLACE TEMP TABLE @typed AS
WITH staged AS (
    @source
)
SELECT @columns, row_number, coalesce(carried.read_fault, fault) AS fault,
       CASE WHEN coalesce(carried.read_fault, fault) IS NOT NULL THEN array_to_string(@texts, ',') END AS row_text,
       ten_digit_columns,
       CASE WHEN ten_digit_columns = 0 THEN ten_digit_columns ELSE @nhs_number_columns END AS nhs_number_columns,
       CASE WHEN ten_digit_columns = 0 THEN ten_digit_columns ELSE @many_nhs_numbers_columns END AS many_nhs_numbers_columns
FROM (
    SELECT *, CASE WHEN fault IS NULL THEN @ten_digit_columns_if_good ELSE @ten_digit_columns END AS ten_digit_columns
    FROM (
        @typing
    ) AS typed_row
) AS judged
