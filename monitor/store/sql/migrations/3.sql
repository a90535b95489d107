-- Decisions about feeds that look short, and control charts: tables.sql makes the tables, and no table of before is changed.
SELECT 3;
