-- So many submissions that nobody had sent: first of returns still missed, the newest period first, then others again.
-- Variables: skip, rows, day. Table in: sent.
SELECT organisation_code, return_code, period_start, getvariable('day')::TIMESTAMP + INTERVAL 10 HOUR AS submitted_at,
       'accepted' AS outcome, 10 + draw AS record_count, return_code || '-' || number || '-new' AS submission_id,
       NULL AS request_id, NULL AS detail
FROM plain.sent
WHERE request_id IS NULL AND period_start < getvariable('day')
ORDER BY draw < 975, period_start DESC, number
LIMIT getvariable('rows') OFFSET getvariable('skip')
