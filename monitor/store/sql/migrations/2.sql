-- Alerts: the table of before had other columns, and nothing was ever put into it.
DROP VIEW IF EXISTS data.finding_current;
DROP TABLE data.alert;

-- What is published tells by itself which state of the store it holds.
DROP TABLE data.publication;

-- Runs for an occurrence of a schedule.
ALTER TABLE data.job_run ADD COLUMN scheduled_for TIMESTAMP;
