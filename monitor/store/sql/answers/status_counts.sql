SELECT status, count(*) AS expected_returns FROM @table GROUP BY status
