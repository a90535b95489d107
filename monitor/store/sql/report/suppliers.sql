-- By return, period and supplier: how many were expected to send, and what came. Who has several counts under each.
WITH through AS (
    SELECT r.return_code, r.slot_start, r.organisation_code, r.outcome, trim(t.name) AS name, supplier_key(t.name) AS supplier_key
    FROM report_row AS r, LATERAL (SELECT unnest(string_split_regex(r.supplier, '[;,]')) AS name) AS t
    WHERE r.supplier IS NOT NULL AND r.status <> 'not_required'
)
SELECT t.return_code, t.slot_start, coalesce(any_value(n.supplier_name), min(t.name)) AS supplier,
       count(DISTINCT t.organisation_code) AS organisations,
       count(DISTINCT t.organisation_code) FILTER (t.outcome IN ('received', 'received_late')) AS received,
       count(DISTINCT t.organisation_code) FILTER (t.outcome IN ('not_received', 'rejected')) AS missed
FROM through AS t LEFT JOIN data.supplier_name AS n USING (supplier_key)
GROUP BY t.return_code, t.slot_start, t.supplier_key
ORDER BY t.return_code, t.slot_start, missed DESC, supplier
