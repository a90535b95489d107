-- The expected returns and their status; each filter is optional.
SELECT * EXCLUDE (expected_id)
FROM @table
WHERE ($return_code IS NULL OR return_code = $return_code)
  AND ($organisation_code IS NULL OR organisation_code = $organisation_code)
  AND ($status IS NULL OR status = $status)
  AND ($icb_code IS NULL OR icb_code = $icb_code)
ORDER BY return_code, period_start, organisation_code, request_id
