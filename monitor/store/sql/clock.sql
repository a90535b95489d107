-- name: last_scheduled
-- A run of a day to come, as a clock that was ahead gave it, does not count: nor when that day has come, where a person set
-- it aside, or a later run began earlier and so shows it.
SELECT r.scheduled_for, r.started_at, r.state
FROM data.job_run AS r
WHERE r.job = $job AND r.scheduled_for <= $latest AND NOT EXISTS (
    SELECT 1 FROM data.clock_set_back AS b
    WHERE r.run_id <= b.until_run AND r.scheduled_for > (b.decided_at AT TIME ZONE 'Europe/London') + INTERVAL 3 HOUR
) AND NOT EXISTS (
    SELECT 1 FROM data.job_run AS later
    WHERE later.run_id > r.run_id AND later.started_at < r.started_at - INTERVAL 3 HOUR
)
ORDER BY r.scheduled_for DESC, r.run_id DESC
LIMIT 1

-- name: watch
INSERT INTO data.job_watch AS w VALUES ($job, $since)
ON CONFLICT (job) DO UPDATE SET since = least(w.since, excluded.since)

-- name: ahead
-- What was recorded for days to come and no person has set aside.
WITH
until AS (
    SELECT coalesce(max(until_run), -1) AS run_id, coalesce(max(until_check), -1) AS check_id FROM data.clock_set_back
)
SELECT (SELECT max(c.as_of) FROM data.check_run AS c, until AS u WHERE c.recorded AND c.as_of > $today AND c.rowid > u.check_id)
           AS check_of,
       (SELECT max(r.started_at) FROM data.job_run AS r, until AS u WHERE r.started_at > $latest AND r.run_id > u.run_id)
           AS run_at,
       (SELECT max(r.scheduled_for) FROM data.job_run AS r, until AS u
        WHERE r.scheduled_for > $latest_on_wall AND r.run_id > u.run_id) AS occurrence

-- name: is_behind
-- Whether it is rather the clock of now that is wrong: checks of many days to come are recorded, or what was received is
-- dated after now. The dates of rows are of other machines, and none was in the future when it was loaded.
SELECT count(DISTINCT as_of) > $days
    OR count(*) > 0 AND coalesce((SELECT max(submitted_at) FROM data.submission_row) > $latest, FALSE)
FROM data.check_run
WHERE recorded AND as_of > $today

-- name: set_back
INSERT INTO data.clock_set_back
SELECT $at, coalesce((SELECT max(run_id) FROM data.job_run), 0), coalesce((SELECT max(rowid) FROM data.check_run), 0),
       $author, $reason
