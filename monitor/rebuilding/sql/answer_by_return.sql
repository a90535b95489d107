-- name: answer_by_return
-- The answer in @table as digests, one row a return, whatever the order of its rows: of all that it says, and of where
-- it has it from. A file may have another name today, so the evidence has a digest of its own.
WITH
said AS (
    SELECT return_code, count(*) AS expected, md5(CAST(sum(hash(answer)) AS VARCHAR)) AS digest
    FROM (SELECT * EXCLUDE (expected_id, evidence) FROM @table) AS answer
    GROUP BY return_code
),
rested_on AS (
    SELECT return_code, md5(CAST(sum(hash(organisation_code, period_start, request_id, evidence)) AS VARCHAR)) AS digest
    FROM @table
    GROUP BY return_code
)
SELECT return_code, said.expected, said.digest, rested_on.digest
FROM said JOIN rested_on USING (return_code);
