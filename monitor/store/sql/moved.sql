-- Differs whenever anything that is published has changed: the answer, the files, alerts, what people decided, roll-ups.
SELECT concat_ws('/', (SELECT fingerprint || checked_at FROM data.check_run ORDER BY checked_at DESC LIMIT 1),
                 (SELECT max(file_id) FROM data.loaded_file), (SELECT count(*) FROM data.alert),
                 (SELECT count(*) FROM data.delivery_attempt), (SELECT count(*) FROM data.decision),
                 (SELECT count(*) FROM data.silence), (SELECT count(*) FROM data.silence_ended),
                 (SELECT count(*) FROM data.monthly_rollup))
