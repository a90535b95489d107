-- name: check_view
-- The rows that one return's suite is run over.
CREATE OR REPLACE VIEW data.@view AS
SELECT * FROM data.return_status_row WHERE return_code = '@code'

-- name: count_unexpected
SELECT count(*) FROM data.return_status_row WHERE return_code = $code AND (@where)
