-- Where nothing could be short.
CREATE OR REPLACE TEMP TABLE short_feed AS SELECT CAST(NULL AS INTEGER) AS period_id, * FROM data.short_feed LIMIT 0;
