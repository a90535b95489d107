-- Of each text of the rows that hold a number of ten digits: how many rows have such a number there, a valid NHS number,
-- and several valid ones.
WITH
cell AS (
    SELECT generate_subscripts(with_numbers, 1) AS place, unnest(with_numbers) AS cell
    FROM @typed WHERE with_numbers IS NOT NULL
),
judged AS (
    SELECT place, coalesce(len(ten_digit_numbers_of(cell)), 0) AS alike, nhs_numbers_in(cell) AS valid FROM cell
)
SELECT place, count(*) FILTER (alike > 0) AS alike, count(*) FILTER (valid > 0) AS valid,
       count(*) FILTER (valid >= $several) AS with_several
FROM judged GROUP BY place HAVING count(*) FILTER (valid > 0) > 0 ORDER BY place
