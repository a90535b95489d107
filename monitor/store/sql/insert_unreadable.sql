-- Whom the rejected rows of a published file are about: of these the file cannot tell.
INSERT INTO data.unreadable_row (file_id, row_number, format_table, organisation_code, period_start)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows), $format_table, organisation_code, period_start
FROM @typed
WHERE fault IS NOT NULL AND is_organisation_code(organisation_code)
