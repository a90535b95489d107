-- The figures of a practice and month as one row. A layout can have bands, their TOTAL, or both: never one on top of the
-- other. No inbound calls among the indicators: the number is not known, and the practice was there all the same.
SELECT min(number) AS row_number, period_start, organisation_code, published_region_of(max(region_code)) AS region_code,
       published_area_of(max(sub_icb_code)) AS sub_icb_code, published_pcn_of(max(pcn_code)) AS pcn_code,
       CAST(coalesce(sum(calls_in_band), sum(calls_in_total)) AS BIGINT) AS inbound_calls, count(*) AS rows_gathered
FROM @rows
GROUP BY period_start, organisation_code
