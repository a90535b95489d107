INSERT INTO unexpected_row
SELECT expected_id, $finding, $severity, $expectation
FROM data.return_status_row
WHERE return_code = $code AND (@where)
