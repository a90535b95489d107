-- name: to_read_again
-- Files of which a column map that has been changed since rejected every row, and the archives that held them, which
-- else would not be opened. Bound: the maps as they are now.
CREATE OR REPLACE TEMP TABLE to_read_again AS
WITH wholly_rejected AS (
    SELECT f.file_id, f.file_name
    FROM data.loaded_file AS f JOIN data.mapped_file AS m USING (file_id)
    WHERE f.state = 'loaded' AND f.rows_in_file > 0 AND f.rows_rejected = f.rows_in_file
          AND NOT list_contains($column_maps, m.column_map)
)
SELECT file_id FROM wholly_rejected
UNION
SELECT a.file_id
FROM data.loaded_file AS a JOIN wholly_rejected AS w ON starts_with(w.file_name, a.file_name || '/')
WHERE a.format = 'zip archive' AND a.state = 'loaded';

-- name: read_again
-- They count as refused from now on, and so are read again.
DELETE FROM data.rejected_row WHERE file_id IN (FROM to_read_again);

UPDATE data.loaded_file
SET state = 'refused', format = NULL, rows_in_file = 0, rows_rejected = 0,
    detail = 'every row was rejected by a column map that has been changed since; it is read again'
WHERE file_id IN (FROM to_read_again);

DROP TABLE to_read_again;
