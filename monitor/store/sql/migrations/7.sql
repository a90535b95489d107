-- Days overdue are counted when they are read, and returns are worked out one by one. What can be rebuilt is made again.
DROP VIEW IF EXISTS data.return_status_row;
DROP TABLE IF EXISTS data.status_kept;
DROP TABLE IF EXISTS data.status_kept_for;
