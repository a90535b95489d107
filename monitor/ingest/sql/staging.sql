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
-- Of each text of the rows that hold a number of ten digits, alone or over cells side by side: how many rows have such a number there, a valid NHS number,
-- and several valid ones, most of those in the text; and the first of the valid numbers by size, and the last.
WITH
cell AS (
    SELECT generate_subscripts(looked_at, 1) AS place, unnest(looked_at) AS cell
    FROM (SELECT [@looked_at] || numbers_over_cells([@side_by_side]) AS looked_at FROM @typed WHERE cells IS NOT NULL)
),
read AS (
    SELECT place, ten_digit_numbers_of(cell) AS alike FROM cell WHERE could_hold_nhs_number(cell)
),
judged AS (
    SELECT place, len(alike) AS alike, list_filter(alike, lambda number: is_nhs_number(number)) AS valid FROM read
)
SELECT place, count(*) FILTER (alike > 0) AS alike, count(*) FILTER (len(valid) > 0) AS valid,
       count(*) FILTER (len(valid) >= $several AND 2 * len(valid) >= alike) AS with_several, min(valid[1]) AS least,
       max(valid[1]) AS most
FROM judged GROUP BY place HAVING count(*) FILTER (len(valid) > 0) > 0 ORDER BY place

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
-- Of texts that are not loaded: how many numbers of ten digits they hold, and the valid NHS numbers among them.
WITH
read AS (
    SELECT ten_digit_numbers_of(text) AS alike FROM unnest(CAST($texts AS VARCHAR[])) AS given(text)
    WHERE could_hold_nhs_number(text)
)
SELECT coalesce(sum(len(alike)), 0) AS alike,
       coalesce(flatten(list(list_filter(alike, lambda number: is_nhs_number(number)))), []) AS valid
FROM read
