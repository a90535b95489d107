-- One row for all the good rows of the file about one practice and month, with the number of the first of them.
INSERT INTO @table (file_id, @columns)
SELECT $file_id, @columns
FROM (
    @gathered
) AS gathered
