-- Facts of organisations have more columns, and are worked out again by the next load or run.
DROP VIEW IF EXISTS data.return_status_row;
DROP TABLE IF EXISTS data.organisation_fact;
DROP TABLE IF EXISTS data.organisation_dated;
DELETE FROM data.organisations_built;
