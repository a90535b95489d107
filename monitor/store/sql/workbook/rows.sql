-- How many rows there are for each sheet, whether or not it has room for them.
SELECT (SELECT count(*) FROM missed_return) AS missed, (SELECT count(*) FROM return_status) AS statuses,
       (SELECT count(*) FROM organisation) AS organisations, (SELECT count(*) FROM loaded_file) AS sources
