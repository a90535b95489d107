-- The rows that one return's suite is run over.
CREATE OR REPLACE VIEW data.@view AS
SELECT * FROM data.return_status_row WHERE return_code = '@code'
