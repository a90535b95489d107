-- Keep the derived answer in the store, with the question that it answers.
DELETE FROM data.return_status_row;
INSERT INTO data.return_status_row BY NAME FROM return_status_row ORDER BY return_code, period_start, organisation_code;
DELETE FROM data.gap_membership;
INSERT INTO data.gap_membership BY NAME FROM gap_membership;
DELETE FROM data.mandatory_return;
INSERT INTO data.mandatory_return BY NAME FROM mandatory_return;
DELETE FROM data.collective_action;
INSERT INTO data.collective_action BY NAME FROM collective_action;
