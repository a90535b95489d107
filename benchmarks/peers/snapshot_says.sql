-- Of dbt's snapshot: the rows of the run before the last, and what came and went with the last one.
WITH run AS (
    SELECT min(dbt_valid_from) AS first_at, max(greatest(dbt_valid_from, coalesce(dbt_valid_to, dbt_valid_from))) AS last_at
    FROM main.missed_history
)
SELECT count(*) FILTER (dbt_valid_from < last_at AND (dbt_valid_to IS NULL OR dbt_valid_to = last_at)) AS kept,
       count(*) FILTER (dbt_valid_from = last_at AND last_at > first_at) AS appeared,
       count(*) FILTER (dbt_valid_to = last_at) AS gone
FROM main.missed_history CROSS JOIN run;
