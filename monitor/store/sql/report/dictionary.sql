-- Every view that analysts have, and its columns, each with its comment.
SELECT v.view_name, v.comment AS view_comment, c.column_name, c.data_type, c.comment AS column_comment
FROM duckdb_views() AS v
JOIN duckdb_columns() AS c ON c.schema_name = v.schema_name AND c.table_name = v.view_name AND c.database_name = v.database_name
WHERE v.schema_name = 'main' AND NOT v.internal AND NOT v.temporary
ORDER BY v.view_name, c.column_index
