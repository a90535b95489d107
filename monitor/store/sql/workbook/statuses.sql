-- The expected returns with their status. Where there are more than a sheet has room for: first what is not settled, then
-- what lies ahead, then what came late, then the rest; of each the latest periods.
SELECT @columns
FROM (
    FROM return_status
    ORDER BY CASE WHEN status IN ('not_received', 'rejected', 'not_known', 'in_grace') THEN 1
                  WHEN status = 'not_due' THEN 2
                  WHEN status = 'received_late' THEN 3
                  WHEN status = 'received' THEN 4
                  ELSE 5 END,
             period_end DESC, return_code, organisation_code, request_id
    LIMIT $most
)
ORDER BY return_title, period_start, organisation_code, request_id
