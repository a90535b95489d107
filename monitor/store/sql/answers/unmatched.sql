-- What was loaded about organisations that are not in the register: kept, and counted nowhere.
SELECT kind, count(*) AS rows_loaded, count(DISTINCT organisation_code) AS organisations
FROM (
    SELECT 'submissions' AS kind, organisation_code FROM data.submission_attempt
    UNION ALL SELECT 'requests', organisation_code FROM data.request_row
    UNION ALL SELECT 'participation', organisation_code FROM data.participation_stated
    UNION ALL SELECT 'notices', scope_value FROM data.notice_row WHERE scope = 'organisation'
    UNION ALL SELECT 'published evidence', organisation_code FROM data.published_evidence
) AS loaded
WHERE organisation_code NOT IN (SELECT organisation_code FROM data.organisation_dated)
GROUP BY kind ORDER BY kind
