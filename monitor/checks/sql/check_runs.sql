-- name: keep_status
-- Keep the derived answer in the store, with the question that it answers. Whose it is stands in status_kept_for when
-- the check is done: until then the findings and the last check are of another answer.
DELETE FROM data.status_kept_for;
DELETE FROM data.status_kept;
INSERT INTO data.status_kept BY NAME FROM status_kept;
DELETE FROM data.period_fact;
INSERT INTO data.period_fact BY NAME
SELECT period_id, return_code, return_title, supplier_kind, period_start, period_end, period_label, gms_reference, pms_reference
FROM period_fact;
DELETE FROM data.organisation_fact;
INSERT INTO data.organisation_fact BY NAME
SELECT span_id, organisation_code, organisation_name, organisation_kind, contract_type, icb_code, sub_icb_code, pcn_code
FROM organisation_fact;
DELETE FROM data.supplier_fact;
INSERT INTO data.supplier_fact BY NAME SELECT span_id, supplier_kind, supplier FROM supplier_fact;
DELETE FROM data.gap_membership;
INSERT INTO data.gap_membership BY NAME FROM gap_membership;
DELETE FROM data.short_feed;
INSERT INTO data.short_feed BY NAME SELECT * EXCLUDE (period_id) FROM short_feed;
DELETE FROM data.mandatory_return;
INSERT INTO data.mandatory_return BY NAME FROM mandatory_return;
DELETE FROM data.collective_action;
INSERT INTO data.collective_action BY NAME FROM collective_action;

-- name: answer_sealed
-- The answer in @table, sealed: by return, how many returns were expected, and two exact sums over the MD5 of each row.
-- The order of rows does not matter, and no row can be changed, added or left out without another sum. Nothing but MD5
-- and addition, so that another program, or a later version of DuckDB, comes to the same.
WITH
row_said AS (
    SELECT return_code,
           concat_ws('|', organisation_code, period_start, coalesce(due_on::VARCHAR, ''), status, coalesce(cause, ''),
                     coalesce(epoch_us(received_at), 0), coalesce(days_late, 0), attempts, coalesce(record_count, -1),
                     request_id) AS words
    FROM @table
)
SELECT return_code, count(*) AS expected,
       sum(md5_number_lower(words)) || '/' || sum(md5_number_upper(words)) AS sealed
FROM row_said
GROUP BY return_code
ORDER BY return_code
