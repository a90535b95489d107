-- An export that a column map describes: the file's own columns as they are, and beside them those of our format.
-- A row that could not be read keeps that fault: which of its values stands where is not sure.
SELECT * REPLACE (coalesce(read_fault, @left_out) AS read_fault), @columns
FROM (
    @source
) AS file_row
