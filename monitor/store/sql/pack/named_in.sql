-- Where the register has one organisation's name, its contract type and its days of opening from: the last row of each file.
WITH
named AS (
    SELECT file_id, row_number, 'organisations' AS source FROM data.organisation_row WHERE organisation_code = $organisation_code
    UNION ALL
    SELECT file_id, row_number, 'epraccur' FROM data.epraccur_row WHERE organisation_code = $organisation_code
    UNION ALL
    SELECT file_id, row_number, 'PCNs' FROM data.pcn_row WHERE pcn_code = $organisation_code
    UNION ALL
    SELECT file_id, row_number, 'registered patients' FROM data.registered_map_row WHERE organisation_code = $organisation_code
)
SELECT n.source, f.file_name, max(n.row_number) AS row_number, f.file_id
FROM named AS n JOIN data.loaded_file AS f USING (file_id)
GROUP BY ALL
ORDER BY f.file_id
