-- Differs whenever anything that the workbook shows has changed. Alerts and job runs are not shown, so they are left out.
SELECT concat_ws('/', (SELECT fingerprint || checked_at FROM data.check_run ORDER BY checked_at DESC LIMIT 1),
                 (SELECT max(file_id) FROM data.loaded_file), (SELECT sum(rows_loaded) FROM data.loaded_file),
                 (SELECT count(*) FROM finding WHERE resolved_at IS NULL AND kind IN ('supplier_gap', 'area_gap')))
