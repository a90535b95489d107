-- What the pages rest on: the last check and the files loaded. rests_on differs whenever a page could.
SELECT c.as_of, c.checked_at, (SELECT shown FROM data.snapshot) AS rests_on
FROM data.check_run AS c ORDER BY c.checked_at DESC LIMIT 1
