-- What looked short at the last check, the newest period first; and what was decided about it last, be it since then.
SELECT f.return_code, f.period_start, f.measure, f.found, f.usual, f.periods_compared, f.not_known,
       d.decision, d.decided_at, d.author, d.reason
FROM data.short_feed AS f
LEFT JOIN (
    FROM data.feed_decision
    QUALIFY row_number() OVER (PARTITION BY return_code, period_start ORDER BY decision_number DESC) = 1
) AS d ON d.return_code = f.return_code AND d.period_start = f.period_start
ORDER BY f.period_start DESC, f.return_code, f.measure
