-- name: editions_loaded
-- Which editions are loaded, by publication and period; is_whole: with all its parts. Of those that are about
-- organisations and no return, the months of their editions.
SELECT source, period_start, bool_or(is_whole) AS is_whole
FROM published_reach
GROUP BY source, period_start
UNION ALL
SELECT DISTINCT 'registered_patients', CAST(date_trunc('month', extract_on) AS DATE), TRUE
FROM data.registered_list_row
UNION ALL
SELECT DISTINCT 'epraccur', CAST(date_trunc('month', edition_on) AS DATE), TRUE
FROM data.loaded_file
WHERE state = 'loaded' AND format = 'epraccur' AND edition_on IS NOT NULL
UNION ALL
SELECT DISTINCT 'epcn', CAST(date_trunc('month', f.edition_on) AS DATE), TRUE
FROM data.loaded_file AS f
WHERE f.state = 'loaded' AND f.edition_on IS NOT NULL
  AND f.file_id IN (SELECT file_id FROM data.pcn_partner_row)

-- name: logs_loaded
SELECT DISTINCT return_code, period_start FROM data.submission_attempt

-- name: not_known_for_want_of_a_source
-- How many expected returns are not known because nothing, or only a part of it, was loaded.
SELECT return_code, period_start, count(*) AS expected_returns
FROM @table
WHERE status = 'not_known' AND cause IN ('source_not_loaded', 'source_incomplete')
GROUP BY return_code, period_start
