-- By hand: keep the list of the day, and count what came to it and what left it since the last one.
CREATE TABLE IF NOT EXISTS kept.missed_on (
    as_of DATE, organisation_code VARCHAR, organisation_name VARCHAR, return_code VARCHAR, period_start DATE, due_on DATE
);
SET VARIABLE last_day = (SELECT max(as_of) FROM kept.missed_on WHERE as_of < getvariable('as_of'));
INSERT INTO kept.missed_on BY NAME SELECT getvariable('as_of') AS as_of, * FROM missed;
CREATE TABLE change AS
WITH
present AS (SELECT organisation_code, return_code, period_start FROM kept.missed_on WHERE as_of = getvariable('as_of')),
past AS (SELECT organisation_code, return_code, period_start FROM kept.missed_on WHERE as_of = getvariable('last_day'))
SELECT (SELECT count(*) FROM present) AS missed, (SELECT count(*) FROM past) AS kept,
       (SELECT count(*) FROM (FROM present EXCEPT FROM past)) AS appeared,
       (SELECT count(*) FROM (FROM past EXCEPT FROM present)) AS gone;
