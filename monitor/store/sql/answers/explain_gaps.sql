-- How many of those expected to send through each of its suppliers, or in its area, did not.
SELECT 'supplier' AS kind, coalesce(n.supplier_name, s.supplier_key) AS name,
       count(DISTINCT e.organisation_code) AS organisations,
       count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_code END) AS missed
FROM expected_return AS own
JOIN data.supplier_set AS s ON s.supplier_keys = own.supplier_keys
JOIN data.supplier_set AS same ON same.supplier_key = s.supplier_key
JOIN expected_return AS e
    ON e.supplier_keys = same.supplier_keys AND e.return_code = own.return_code AND e.period_start = own.period_start
JOIN status_judged AS j ON j.expected_id = e.expected_id AND j.status <> 'not_required'
LEFT JOIN missed AS m ON m.expected_id = e.expected_id
LEFT JOIN data.supplier_name AS n ON n.supplier_key = s.supplier_key
WHERE own.expected_id = $expected_id
GROUP BY 1, 2
UNION ALL
SELECT 'sub-ICB', own.sub_icb_code, count(DISTINCT e.organisation_code),
       count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_code END)
FROM expected_return AS own
JOIN expected_return AS e
    ON e.sub_icb_code = own.sub_icb_code AND e.return_code = own.return_code AND e.period_start = own.period_start
JOIN status_judged AS j ON j.expected_id = e.expected_id AND j.status <> 'not_required'
LEFT JOIN missed AS m ON m.expected_id = e.expected_id
LEFT JOIN explained AS x ON x.expected_id = e.expected_id
WHERE own.expected_id = $expected_id AND x.expected_id IS NULL
GROUP BY 1, 2
ORDER BY 1 DESC, 2
