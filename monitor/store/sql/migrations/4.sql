-- What an alert holds is called an item.
ALTER TABLE IF EXISTS data.alert_matter RENAME COLUMN matter_id TO item_id;
ALTER TABLE IF EXISTS data.alert_matter RENAME TO alert_item;
ALTER TABLE IF EXISTS data.silence RENAME COLUMN matter_id TO item_id;
