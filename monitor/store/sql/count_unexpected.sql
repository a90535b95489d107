SELECT count(*) FROM data.return_status_row WHERE return_code = $code AND (@where)
