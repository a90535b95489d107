-- They count as refused from now on, and so are read again.
DELETE FROM data.rejected_row WHERE file_id IN (FROM to_read_again);

UPDATE data.loaded_file
SET state = 'refused', format = NULL, rows_in_file = 0, rows_rejected = 0,
    detail = 'every row was rejected by a column map that has been changed since; it is read again'
WHERE file_id IN (FROM to_read_again);

DROP TABLE to_read_again;
