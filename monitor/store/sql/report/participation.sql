SELECT organisation_code, return_code, state, from_on, to_on, file_name, row_number
FROM participation ORDER BY organisation_code, return_code, from_on, file_name, row_number
