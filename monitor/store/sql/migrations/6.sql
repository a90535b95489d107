-- What is received says which parts of it are missing. What has more columns now and can be rebuilt is made again.
ALTER TABLE IF EXISTS data.telephony_summary_row ADD COLUMN IF NOT EXISTS call_backs BIGINT;
DROP VIEW IF EXISTS data.return_status_row;
DROP TABLE IF EXISTS data.status_kept;
DROP TABLE IF EXISTS data.status_kept_for;
DROP TABLE IF EXISTS data.mandatory_return;
-- A rejected row may name an organisation or a return alone.
ALTER TABLE IF EXISTS data.doubtful_row ALTER COLUMN organisation_code DROP NOT NULL;
ALTER TABLE IF EXISTS data.doubtful_row ALTER COLUMN return_code DROP NOT NULL;
ALTER TABLE IF EXISTS data.doubtful_row ADD COLUMN IF NOT EXISTS is_notice BOOLEAN;
ALTER TABLE IF EXISTS data.doubtful_row ADD COLUMN IF NOT EXISTS notice_id VARCHAR;
ALTER TABLE IF EXISTS data.doubtful_row ADD COLUMN IF NOT EXISTS from_on DATE;
ALTER TABLE IF EXISTS data.doubtful_row ADD COLUMN IF NOT EXISTS to_on DATE;
