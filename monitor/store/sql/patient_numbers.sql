-- Of each text of the rows that hold a number of ten digits: how many rows have such a number there, a valid NHS number,
-- and several valid ones.
WITH
cell AS (
    SELECT generate_subscripts(looked_at, 1) AS place, unnest(looked_at) AS cell
    FROM (SELECT [@looked_at] AS looked_at FROM @typed WHERE cells IS NOT NULL)
),
judged AS (
    SELECT place, coalesce(len(ten_digit_numbers_of(cell)), 0) AS alike, nhs_numbers_in(cell) AS valid FROM cell
    WHERE could_hold_nhs_number(cell)
)
SELECT place, count(*) FILTER (alike > 0) AS alike, count(*) FILTER (valid > 0) AS valid,
       count(*) FILTER (valid >= $several) AS with_several
FROM judged GROUP BY place HAVING count(*) FILTER (valid > 0) > 0 ORDER BY place
