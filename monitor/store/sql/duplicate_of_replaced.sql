-- Rows of the file being loaded that bring no news, where a later row replaces an earlier one of the same key.
-- A row is news unless it says what the row before it says: the one before it in the file, or for the first one of
-- its key the row in force. A file whose last word on a key is the row in force, and which says nothing on it that was
-- not loaded before, brings no news on that key at all: the same file saved again.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH
in_force AS (@in_force),
placed AS (
    SELECT *, rowid AS place,
           lag(rowid) OVER (PARTITION BY @key ORDER BY rowid) AS place_before,
           first_value(rowid) OVER (PARTITION BY @key ORDER BY rowid) AS first_place,
           lead(rowid) OVER (PARTITION BY @key ORDER BY rowid) IS NULL AS is_last
    FROM @typed WHERE fault IS NULL
),
as_in_force AS (
    SELECT new.place, new.first_place, new.place_before, new.is_last
    FROM placed AS new JOIN in_force AS old ON @same_values
),
as_loaded AS (
    SELECT DISTINCT new.place FROM placed AS new JOIN @table AS old ON @same_values
),
nothing_new AS (
    SELECT p.first_place
    FROM placed AS p
    LEFT JOIN as_loaded AS l USING (place)
    LEFT JOIN as_in_force AS f ON f.place = p.place AND f.is_last
    GROUP BY p.first_place
    HAVING count(*) = count(l.place) AND count(f.place) = 1
)
SELECT new.place FROM placed AS new JOIN placed AS old ON old.place = new.place_before AND @same_values
UNION
SELECT place FROM as_in_force WHERE place_before IS NULL
UNION
SELECT p.place FROM placed AS p JOIN nothing_new USING (first_place);
