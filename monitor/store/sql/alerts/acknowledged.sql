-- What somebody has said to be looking after.
SELECT DISTINCT about_id FROM data.decision WHERE decision = 'acknowledged'
