-- The day that the answer is about, when it was worked out, and when the newest file came; instants in London's time.
SELECT (SELECT as_of FROM last_check) AS as_of,
       (SELECT checked_at AT TIME ZONE 'Europe/London' FROM last_check) AS checked_at,
       (SELECT max(loaded_at) AT TIME ZONE 'Europe/London' FROM loaded_file WHERE state = 'loaded') AS newest_file_at
