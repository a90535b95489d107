-- name: places
-- As which file, and when, bytes were loaded first; an archive as the first of its members.
WITH
loaded AS (SELECT sha256, file_id, loaded_at FROM old_loaded_file WHERE sha256 <> ''),
member AS (SELECT archive_sha256, file_id, loaded_at FROM old_member_seen JOIN loaded USING (sha256))
SELECT sha256, min(file_id), arg_min(loaded_at, file_id)
FROM (FROM loaded UNION ALL FROM member)
GROUP BY sha256;

-- name: readings
-- As which file, and when, rows that had been rejected were read again.
SELECT DISTINCT later.file_id, later.loaded_at
FROM old_loaded_file AS later
JOIN old_loaded_file AS first ON first.sha256 = later.sha256 AND first.state = 'loaded' AND first.file_id < later.file_id
WHERE later.state = 'loaded'
ORDER BY later.file_id;

-- name: differing_files
-- Which files are others than in the old store, in words. Of an archive its members count; of what was read again, all.
WITH
was AS (
    SELECT sha256, arg_min(file_name, file_id) AS file_name, min(file_id) AS file_id, sum(rows_loaded) AS rows_loaded,
           sum(rows_duplicate) AS rows_duplicate, arg_max(rows_rejected, file_id) AS rows_rejected
    FROM old_loaded_file WHERE state = 'loaded' AND format <> 'zip archive'
    GROUP BY sha256
),
now AS (
    SELECT sha256, arg_min(file_name, file_id) AS file_name, min(file_id) AS file_id, sum(rows_loaded) AS rows_loaded,
           sum(rows_duplicate) AS rows_duplicate, arg_max(rows_rejected, file_id) AS rows_rejected
    FROM data.loaded_file WHERE state = 'loaded' AND format <> 'zip archive'
    GROUP BY sha256
),
refused_before AS (SELECT sha256, file_name FROM old_loaded_file WHERE state = 'refused'),
differing AS (
    SELECT 1 AS place, 'loaded before, and no longer there' AS what, file_name AS which, file_id
    FROM was ANTI JOIN now USING (sha256)
    UNION ALL
    SELECT 2, 'not loaded before', file_name, file_id
    FROM now ANTI JOIN was USING (sha256) WHERE EXISTS (FROM old_loaded_file)
    UNION ALL
    SELECT 3, 'refused now, and not before', detail, file_id
    FROM data.loaded_file ANTI JOIN refused_before USING (sha256, file_name) WHERE state = 'refused'
    UNION ALL
    SELECT 4, 'other numbers of rows than before', now.file_name, now.file_id
    FROM now JOIN was USING (sha256)
    WHERE (now.rows_loaded, now.rows_duplicate, now.rows_rejected)
        <> (was.rows_loaded, was.rows_duplicate, was.rows_rejected)
)
SELECT what, which FROM differing ORDER BY place, file_id;
