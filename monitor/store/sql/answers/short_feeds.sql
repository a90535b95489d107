-- What looked short at the last check, the newest period first, and how many returns are held back for it.
SELECT f.return_code, f.period_start, f.measure, f.found, f.usual, f.periods_compared,
       (SELECT count(*) FROM data.return_status_row AS r
        WHERE r.return_code = f.return_code AND r.period_start = f.period_start AND r.cause = 'source_incomplete') AS not_known,
       f.released_at, f.released_by, f.released_because
FROM data.short_feed AS f
ORDER BY f.period_start DESC, f.return_code, f.measure
