-- name: duplicate
-- Rows of the file being loaded that say the same as an earlier row of it, or as a row that was loaded before.
-- The hash only finds candidates cheaply; what is a duplicate is decided on the values.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH
repeated AS (
    SELECT row_hash FROM @typed WHERE fault IS NULL GROUP BY row_hash HAVING count(*) > 1
),
within_file AS (
    SELECT rowid AS place, row_number() OVER (PARTITION BY @columns ORDER BY rowid) AS occurrence
    FROM @typed
    WHERE fault IS NULL AND row_hash IN (SELECT row_hash FROM repeated)
)
SELECT place FROM within_file WHERE occurrence > 1
UNION
SELECT new.rowid
FROM @typed AS new
JOIN @table AS old ON @same_values
WHERE new.fault IS NULL;

-- name: duplicate_in_edition
-- Rows of a published file that stand in it more than once. A row that another edition has too is kept: without it the
-- edition would not be whole, and which edition holds could no longer be chosen.
CREATE OR REPLACE TEMP TABLE duplicate AS
SELECT rowid AS place FROM @typed
WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY @columns ORDER BY rowid) > 1;

-- name: duplicate_line
-- Lines of a long published file that stand in it more than once. The hash of the whole line decides: of a file's
-- millions of lines, two that differ and have one hash are less likely than a fault of the machine.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH repeated AS (
    SELECT line_hash FROM @typed WHERE fault IS NULL GROUP BY line_hash HAVING count(*) > 1
)
SELECT rowid AS place FROM @typed
WHERE fault IS NULL AND line_hash IN (SELECT line_hash FROM repeated)
QUALIFY row_number() OVER (PARTITION BY line_hash ORDER BY rowid) > 1;

-- name: duplicate_of_replaced
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

-- name: left_out_otherwise
-- No duplicates: rows that leave out other values than the row before them did, in the file or in force. What cannot be read
-- of a row is news, and that it can be read now is, too.
DELETE FROM duplicate WHERE place IN (
    WITH
    in_force AS (@in_force),
    text_in_force AS (
        SELECT i.organisation_code, i.valid_from,
               list(v.column_name || '=' || v.cell_text ORDER BY v.column_name) AS texts
        FROM in_force AS i JOIN data.rejected_value AS v ON v.file_id = i.file_id AND v.row_number = i.row_number
        GROUP BY i.organisation_code, i.valid_from
    ),
    left_out AS (
        SELECT rowid AS place, organisation_code, valid_from, coalesce(list_sort(list_filter(
                   list_transform(
                       list_zip(CAST($left_out_columns AS VARCHAR[]), cells[$width + 1:]), lambda pair: pair[1] || '=' || pair[2]
                   ), lambda said: said IS NOT NULL
               )), []) AS texts
        FROM @typed WHERE fault IS NULL
    ),
    placed AS (
        SELECT *, lag(texts) OVER (PARTITION BY organisation_code, valid_from ORDER BY place) AS texts_before FROM left_out
    )
    SELECT p.place
    FROM placed AS p
    LEFT JOIN text_in_force AS f
        ON f.organisation_code = p.organisation_code AND f.valid_from IS NOT DISTINCT FROM p.valid_from
    WHERE p.texts <> coalesce(p.texts_before, f.texts, [])
);

-- name: stated_since
-- Of rows that are read again: those of which a later file, or a later row of the same file, has the last word already.
-- As what came first counts, not when it could be read.
INSERT INTO duplicate
SELECT DISTINCT new.rowid
FROM @typed AS new
JOIN @table AS old ON @same_key
JOIN data.file_reading AS f ON f.file_id = old.file_id
WHERE new.fault IS NULL AND new.rowid NOT IN (SELECT place FROM duplicate)
  AND (f.first_file_id > $first_file_id OR f.first_file_id = $first_file_id AND old.row_number > new.row_number);
