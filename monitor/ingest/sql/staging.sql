-- name: known_return
-- The codes of the returns as a type, so that a code takes a byte in each row of a long log and not its letters.
CREATE OR REPLACE TEMP TYPE known_return AS ENUM (SELECT unnest(CAST($return_codes AS VARCHAR[])));

-- name: typed_table
-- One file, typed: its values, the first thing wrong with each row, and the texts of rows that have a fault, hold a value
-- that was left out or could hold NHS numbers; behind them the texts of the values left out. One column of texts for all
-- of it: a long log does not fit into memory, and a column takes room in every row.
CREATE OR REPLACE TEMP TABLE @typed AS
WITH staged AS (
    @source
)
SELECT @columns, row_number, fault,
       CASE WHEN fault IS NOT NULL OR @with_number OR @with_left_out THEN [@cells] END AS cells
FROM (
    SELECT * REPLACE (@fault AS fault) FROM (
        @typing
    ) AS typed_row
) AS judged_row

-- name: mapped_rows
-- An export that a column map describes: the file's own columns as they are, and beside them those of our format.
-- A row that could not be read keeps that fault: which of its values stands where is not sure.
SELECT * REPLACE (coalesce(read_fault, @left_out) AS read_fault), @columns
FROM (
    @source
) AS file_row

-- name: patient_numbers
-- Of each text of the rows that hold a number of ten digits: how many rows have such a number there, a valid NHS number,
-- and several valid ones.
WITH
cell AS (
    SELECT generate_subscripts(looked_at, 1) AS place, unnest(looked_at) AS cell
    FROM (SELECT [@looked_at] AS looked_at FROM @typed WHERE cells IS NOT NULL)
),
judged AS (
    SELECT place, coalesce(len(ten_digit_numbers_of(cell)), 0) AS alike, nhs_numbers_in(cell) AS valid FROM cell
    WHERE could_hold_nhs_number(cell)
)
SELECT place, count(*) FILTER (alike > 0) AS alike, count(*) FILTER (valid > 0) AS valid,
       count(*) FILTER (valid >= $several) AS with_several
FROM judged GROUP BY place HAVING count(*) FILTER (valid > 0) > 0 ORDER BY place

-- name: patient_numbers_of_files
-- The same of each of several small files typed together.
WITH
cell AS (
    SELECT file_place, generate_subscripts(looked_at, 1) AS place, unnest(looked_at) AS cell
    FROM (SELECT row_number >> 32 AS file_place, [@looked_at] AS looked_at FROM @typed WHERE cells IS NOT NULL)
),
judged AS (
    SELECT file_place, place, coalesce(len(ten_digit_numbers_of(cell)), 0) AS alike, nhs_numbers_in(cell) AS valid
    FROM cell WHERE could_hold_nhs_number(cell)
)
SELECT place, count(*) FILTER (alike > 0) AS alike, count(*) FILTER (valid > 0) AS valid,
       count(*) FILTER (valid >= $several) AS with_several
FROM judged GROUP BY file_place, place HAVING count(*) FILTER (valid > 0) > 0 ORDER BY file_place, place

-- name: good_rows
-- The rows of a file that are neither rejected nor repeated, each with its number in the file.
SELECT *, coalesce(row_number, rowid + 1 + $heading_rows) AS number
FROM @typed
WHERE fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)

-- name: row_in_force
SELECT * FROM @table
QUALIFY row_number() OVER (PARTITION BY @key ORDER BY file_id DESC, row_number DESC) = 1

-- name: restated
-- How many rows of a published file say what a row of another file said: duplicates, which are kept all the same.
SELECT count(*) FROM @typed AS new
WHERE new.fault IS NULL AND rowid NOT IN (SELECT place FROM duplicate)
  AND EXISTS (SELECT 1 FROM @table AS old WHERE @same_values);

-- name: numbers_among_texts
-- Of the texts of a sheet that is not loaded: how many numbers of ten digits they hold, and how many valid NHS numbers.
SELECT coalesce(sum(len(ten_digit_numbers_of(cell))), 0) AS alike, coalesce(sum(nhs_numbers_in(cell)), 0) AS valid
FROM (SELECT unnest(CAST($texts AS VARCHAR[])) AS cell)
WHERE could_hold_nhs_number(cell)
