-- name: answer_sealed
-- The answer in @table, sealed: by return, how many returns were expected, and two exact sums over the MD5 of each row.
-- The order of rows makes no difference, and no row can be changed, added or left out without another sum. Nothing but MD5
-- and addition, so that another program, or a later version of DuckDB, comes to the same.
WITH
row_said AS (
    SELECT return_code,
           concat_ws('|', organisation_code, period_start, coalesce(due_on::VARCHAR, ''), status, coalesce(cause, ''),
                     coalesce(epoch_us(received_at), 0), coalesce(days_late, 0), attempts, coalesce(record_count, -1),
                     request_id) AS words
    FROM @table
)
SELECT return_code, count(*) AS expected,
       sum(md5_number_lower(words)) || '/' || sum(md5_number_upper(words)) AS sealed
FROM row_said
GROUP BY return_code
ORDER BY return_code
