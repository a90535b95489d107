SELECT * FROM @table
QUALIFY row_number() OVER (PARTITION BY @key ORDER BY file_id DESC, row_number DESC) = 1
