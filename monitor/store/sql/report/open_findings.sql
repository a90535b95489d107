SELECT kind, count(*) AS findings, sum(organisations) AS organisations FROM finding WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind
