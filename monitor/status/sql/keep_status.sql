-- name: keep_all
-- Keep the derived answer of all returns in the store, in the place of what was kept. Whose it is stands in status_kept_for
-- when the check is done: until then the findings and the last check are of another answer.
DELETE FROM data.status_kept_for;
DELETE FROM data.status_kept;
DELETE FROM data.absence_kept;
DELETE FROM data.period_fact;
DELETE FROM data.gap_membership;
DELETE FROM data.short_feed;
DELETE FROM data.return_kept;
DELETE FROM data.organisation_fact;
INSERT INTO data.organisation_fact BY NAME
SELECT span_id, organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, icb_now,
       sub_icb_code, pcn_code, pcn_name, list_size
FROM organisation_fact;
DELETE FROM data.icb_member;
INSERT INTO data.icb_member BY NAME FROM icb_member;
DELETE FROM data.supplier_fact;
INSERT INTO data.supplier_fact BY NAME SELECT span_id, supplier_kind, supplier, supplier_keys FROM supplier_fact;

-- name: keep_some
-- As keep_all, of the returns that were worked out; the others, and the organisations, stay as they are.
DELETE FROM data.status_kept_for;
CREATE OR REPLACE TEMP TABLE period_replaced AS
SELECT period_id FROM data.period_fact WHERE return_code IN (SELECT return_code FROM worked_out);
DELETE FROM data.absence_kept WHERE first_expected_id IN (
    SELECT expected_id FROM data.status_kept WHERE period_id IN (SELECT period_id FROM period_replaced)
);
DELETE FROM data.status_kept WHERE period_id IN (SELECT period_id FROM period_replaced);
DELETE FROM data.period_fact WHERE return_code IN (SELECT return_code FROM worked_out);
DELETE FROM data.gap_membership WHERE return_code IN (SELECT return_code FROM worked_out);
DELETE FROM data.short_feed WHERE return_code IN (SELECT return_code FROM worked_out);
DELETE FROM data.return_kept WHERE return_code IN (SELECT return_code FROM worked_out);

-- name: keep_derived
-- What was worked out, into the place that keep_all or keep_some made.
INSERT INTO data.status_kept BY NAME FROM status_kept;
INSERT INTO data.absence_kept BY NAME
SELECT absence_id, first_expected_id, last_expected_id, periods, last_received_expected_id, ended_by_expected_id
FROM absence_span WHERE absence_id IN (SELECT absence_id FROM status_kept);
INSERT INTO data.period_fact BY NAME
SELECT period_id, return_code, return_title, supplier_kind, period_start, period_end, period_label, gms_reference, pms_reference
FROM period_fact;
INSERT INTO data.gap_membership BY NAME FROM gap_membership;
INSERT INTO data.short_feed BY NAME SELECT * EXCLUDE (period_id) FROM short_feed;

-- name: keep_question
-- What the answer is about, and what is small enough to be written each time.
DELETE FROM data.status_kept_for;
DELETE FROM data.status_day;
INSERT INTO data.status_day SELECT as_of FROM question;
DELETE FROM data.mandatory_return;
INSERT INTO data.mandatory_return BY NAME FROM mandatory_return;
DELETE FROM data.collective_action;
INSERT INTO data.collective_action BY NAME FROM collective_action
