-- Findings count the periods of an absence. What has more columns now and can be rebuilt is made again.
ALTER TABLE IF EXISTS data.alert_item ADD COLUMN IF NOT EXISTS periods BIGINT;
ALTER TABLE IF EXISTS data.alert ADD COLUMN IF NOT EXISTS summary_since DATE;
ALTER TABLE IF EXISTS data.finding_event ADD COLUMN IF NOT EXISTS periods BIGINT;
DROP VIEW IF EXISTS data.return_status_row;
DROP TABLE IF EXISTS data.status_kept;
DROP TABLE IF EXISTS data.status_kept_for;
DROP TABLE IF EXISTS data.finding_now;
DROP TABLE IF EXISTS data.organisation_fact;
DROP TABLE IF EXISTS data.supplier_fact;
DROP TABLE IF EXISTS data.organisation_dated;
DROP TABLE IF EXISTS data.organisations_built;
