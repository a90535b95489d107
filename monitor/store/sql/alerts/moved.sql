-- Differs whenever anything about alerts, or what people decided, has changed.
SELECT concat_ws('/', (SELECT count(*) FROM data.alert), (SELECT count(*) FROM data.delivery_attempt),
                 (SELECT count(*) FROM data.decision), (SELECT count(*) FROM data.silence),
                 (SELECT count(*) FROM data.silence_ended))
