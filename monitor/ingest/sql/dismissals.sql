-- name: dismissals
SELECT x.dismissal_number, x.file_name, x.row_number, x.author, x.reason, v.sha256
FROM data.dismissal AS x LEFT JOIN data.dismissal_version AS v USING (dismissal_number)
ORDER BY x.dismissal_number

-- name: versions
-- The versions of a file of which something that could not be read stands: at which row, and which version.
SELECT r.row_number, f.sha256, f.first_loaded_at
FROM data.rejected_open AS r JOIN data.file_reading AS f USING (file_id)
WHERE r.file_name = $file_name
UNION
SELECT v.row_number, f.sha256, f.first_loaded_at
FROM data.rejected_value AS v JOIN data.file_reading AS f USING (file_id)
WHERE f.file_name = $file_name
  AND NOT EXISTS (SELECT 1 FROM data.later_version AS l WHERE l.file_id = v.file_id AND l.is_of_the_same)
ORDER BY first_loaded_at, sha256, row_number

-- name: rejected
-- What could not be read and stands so: rows, and values that were left out of rows.
SELECT r.file_name, CAST(timezone('Europe/London', r.first_loaded_at) AS DATE) AS loaded_on, r.row_number, 'row' AS what,
       r.reason, r.column_name, r.row_text, r.organisation_code, r.return_code, r.period_on, count(d.expected_id) AS in_doubt
FROM data.rejected_open AS r
LEFT JOIN data.held_in_doubt AS d ON d.file_id = r.file_id AND d.row_number = r.row_number
WHERE NOT r.is_value
GROUP BY ALL
UNION ALL
SELECT f.file_name, CAST(timezone('Europe/London', f.first_loaded_at) AS DATE), v.row_number, 'value', v.reason, v.column_name, v.cell_text,
       o.organisation_code, NULL, NULL,
       (SELECT count(*) FROM data.held_in_doubt AS h
        WHERE o.file_id IS NOT NULL AND h.file_id = v.file_id AND h.row_number = v.row_number)
FROM data.value_left_out AS v
JOIN data.file_reading AS f USING (file_id)
LEFT JOIN data.register_in_doubt AS o
    ON o.file_id = v.file_id AND o.row_number = v.row_number AND o.column_name = v.column_name
WHERE (o.file_id IS NOT NULL
       OR NOT EXISTS (SELECT 1 FROM data.later_version AS l WHERE l.file_id = v.file_id AND l.is_of_the_same))
  AND NOT EXISTS (
          SELECT 1 FROM data.dismissed AS x
          WHERE x.file_name = f.file_name AND coalesce(x.row_number = v.row_number, TRUE)
            AND coalesce(x.sha256 = f.sha256, TRUE) AND x.dismissed_at >= f.first_loaded_at
      )
ORDER BY in_doubt DESC, what, file_name, loaded_on, row_number, column_name
