SELECT a.notice_id, a.kind, a.scope, a.scope_value, a.new_due_on, n.reason, n.reference, f.file_name, n.row_number, f.file_id
FROM applying_notice AS a
JOIN current_notice AS n USING (notice_id)
JOIN data.loaded_file AS f USING (file_id)
WHERE a.expected_id = $expected_id
ORDER BY a.notice_id
