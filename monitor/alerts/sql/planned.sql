-- name: passed
-- What passes with time alone: silences that hold, and deliveries of more than a day ago.
SELECT (SELECT count(*) FROM data.silence WHERE until_at > $now) AS silences,
       (SELECT count(*) FROM data.delivery_attempt WHERE attempted_at <= $now - INTERVAL 1 DAY) AS delivered

-- name: not_arrived
-- How many deliveries are planned, or were refused for good.
SELECT count(*) FROM data.delivery WHERE state IN ('planned', 'undeliverable')
