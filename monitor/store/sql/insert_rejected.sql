INSERT INTO data.rejected_row (file_id, row_number, reason, column_name, row_text)
SELECT $file_id, coalesce(row_number, rowid + 1 + $heading_rows),
       split_part(fault, ':', 1), split_part(fault, ':', 2),
       array_to_string(list_transform(cells, lambda cell: as_written(cell)), ',')
FROM @typed
WHERE fault IS NOT NULL AND NOT is_left_out(fault)
