-- name: tables_to_copy
-- The tables of the store that are published, but for some.
SELECT table_name, comment FROM duckdb_tables()
WHERE schema_name = 'data' AND database_name = current_database() AND NOT temporary AND NOT list_contains($left_out, table_name)
ORDER BY table_name

-- name: rows_of_table
SELECT '@table', count(*) FROM data.@table

-- name: said_of_rows
-- A number that differs whenever anything differs in some rows of a table, but for their order: hashes of rows, added up.
SELECT sum(CAST(hash(*COLUMNS(*)) AS HUGEINT)) FROM (FROM data.@table LIMIT $rows OFFSET $first)

-- name: table_anew
CREATE OR REPLACE TABLE copy.data.@table AS FROM data.@table ORDER BY rowid;
COMMENT ON TABLE copy.data.@table IS '@comment'

-- name: rows_since
INSERT INTO copy.data.@table FROM data.@table OFFSET $rows

-- name: make_copied
-- What a copy says of itself: of which state of the store it is, and of each table how many rows it holds, and a hash of them.
CREATE SCHEMA IF NOT EXISTS copy.data;
CREATE OR REPLACE TABLE copy.data.snapshot (state VARCHAR, file_name VARCHAR, made_at TIMESTAMPTZ, shown VARCHAR);
CREATE TABLE IF NOT EXISTS copy.data.copied (table_name VARCHAR, row_count BIGINT, said VARCHAR)

-- name: copied
SELECT table_name, row_count, said FROM copy.data.copied
