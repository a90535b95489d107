-- What is entered of each decision about a feed that looked short.
SELECT decision_number, return_code, CAST(period_start AS VARCHAR) AS period_start, decision, author, reason
FROM data.feed_decision ORDER BY decision_number
