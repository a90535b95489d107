-- Months in which our count of practices with appointments differs from the published one, and in how many sub-ICBs.
SELECT period_start, count(*) AS sub_icbs, count(*) FILTER (difference <> 0) AS differing,
       sum(difference) FILTER (difference < 0) AS missing
FROM data.appointments_coverage
GROUP BY period_start
HAVING count(*) FILTER (difference <> 0) > 0
ORDER BY period_start
