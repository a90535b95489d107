-- name: first_of_list
FROM full_list ORDER BY rowid LIMIT $most

-- name: harmless
-- As monitor.core.tables writes a cell of a CSV file: no control characters, one kind of line end, nothing that begins a formula.
CREATE OR REPLACE TEMP MACRO without_controls(cell) AS
    regexp_replace(replace(replace(cell, chr(13) || chr(10), chr(10)), chr(13), chr(10)), '@controls', '@unreadable', 'g');
CREATE OR REPLACE TEMP MACRO harmless(cell) AS
    CASE WHEN left(without_controls(cell), 1) IN (@starts) THEN '''' ELSE '' END || without_controls(cell)

-- name: list_to_csv
COPY (SELECT * @replaced FROM full_list ORDER BY rowid) TO '@place' (FORMAT csv, HEADER true)
