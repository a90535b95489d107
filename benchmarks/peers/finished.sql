-- The finished table of expected returns, with the day each was received: what a tool is handed that only tests tables.
-- `missed`, as sql/plain_missed.sql makes it where there are no submissions, is then every return that was due.
CREATE TABLE finished.owed AS
WITH received AS (
    SELECT organisation_code, return_code, period_start, min(submitted_at) AS received_at
    FROM plain.submission
    WHERE outcome = 'accepted' AND submitted_at::DATE <= getvariable('as_of')
    GROUP BY organisation_code, return_code, period_start
)
SELECT missed.*, received.received_at
FROM missed LEFT JOIN received USING (organisation_code, return_code, period_start);
