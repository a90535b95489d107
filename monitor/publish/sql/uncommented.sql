-- The columns without a comment of views that are commented like another view, with what is said there.
SELECT c.schema_name, c.table_name, c.column_name, s.comment
FROM duckdb_columns() AS c
JOIN (SELECT unnest(CAST($views AS VARCHAR[])) AS view_name, unnest(CAST($like AS VARCHAR[])) AS source_name) AS a
    ON a.view_name = c.table_name
JOIN duckdb_columns() AS s
    ON s.database_name = c.database_name AND s.schema_name IN ('main', c.schema_name) AND s.table_name = a.source_name
    AND s.column_name = c.column_name
WHERE c.comment IS NULL AND s.comment IS NOT NULL
ORDER BY ALL
