-- What each view and column of the published database holds.
SELECT view_name, NULL AS column_name, comment
FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND NOT temporary
UNION ALL
SELECT table_name, column_name, c.comment
FROM duckdb_columns() AS c JOIN duckdb_views() AS v ON v.view_name = c.table_name AND v.schema_name = c.schema_name
WHERE c.schema_name = 'main' AND NOT v.internal AND NOT v.temporary
ORDER BY view_name, column_name NULLS FIRST
