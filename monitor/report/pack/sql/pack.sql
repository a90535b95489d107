-- name: organisation
-- What was true of one organisation on a day, else last before it, else first.
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, list_size, opened_on, closed_on
FROM data.organisation_dated
WHERE organisation_code = $organisation_code
ORDER BY from_on <= $as_of DESC, CASE WHEN from_on <= $as_of THEN from_on END DESC, from_on
LIMIT 1

-- name: returns
-- Every expected return of one organisation that is reported on, with its status and where that is from.
SELECT e.expected_id, e.return_code, r.return_title, e.kind, e.supplier_kind, e.period_start, e.period_end, e.period_label,
       nullif(e.request_id, '') AS request_id, e.contract_type, e.supplier, s.gms_reference, s.pms_reference,
       s.due_on, s.original_due_on, s.due_basis, s.status, s.cause, s.days_late, s.days_overdue, s.attempts, s.record_count,
       j.received_on, j.is_source_loaded, j.evidence_file_id, j.evidence_row_number, s.evidence
FROM expected_return AS e
JOIN mandatory_return AS r USING (return_code)
JOIN status_judged AS j USING (expected_id)
JOIN return_status_row AS s USING (expected_id)
WHERE e.organisation_code = $organisation_code
ORDER BY r.return_title, e.period_start, e.request_id

-- name: requests
-- What one organisation was asked for up to a day; of several rows of one request the last holds.
SELECT q.request_id, q.requested_on, q.due_on, q.subject, f.file_name, q.row_number, f.file_id
FROM data.request_row AS q JOIN data.loaded_file AS f USING (file_id)
WHERE q.organisation_code = $organisation_code AND q.requested_on <= $as_of
ORDER BY f.file_id, q.row_number

-- name: participation
-- What is recorded of one organisation's participation in collections up to a day.
SELECT p.return_code, p.state, p.from_on, p.to_on, f.file_name, p.row_number, f.file_id
FROM data.participation_stated AS p JOIN data.loaded_file AS f USING (file_id)
WHERE p.organisation_code = $organisation_code AND p.from_on <= $as_of
ORDER BY p.return_code, p.from_on, f.file_id, p.row_number

-- name: files
-- The files that a pack names.
SELECT file_id, file_name, sha256, format, rows_in_file,
       loaded_at AT TIME ZONE 'Europe/London' AS loaded_at
FROM data.loaded_file
WHERE list_contains($file_ids, file_id)
ORDER BY file_name, file_id

-- name: nearest
-- The organisations whose codes are nearest to what was typed.
SELECT organisation_code, any_value(organisation_name) AS organisation_name
FROM data.organisation_dated
GROUP BY organisation_code
ORDER BY damerau_levenshtein(organisation_code, $organisation_code), organisation_code
LIMIT 5

-- name: named_in
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

-- name: newest_file
-- Up to when files had been loaded, by London's clocks.
SELECT max(loaded_at) AT TIME ZONE 'Europe/London' FROM data.loaded_file WHERE state = 'loaded'
