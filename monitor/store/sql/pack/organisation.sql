-- What was true of one organisation on a day, else last before it, else first.
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, list_size, opened_on, closed_on
FROM data.organisation_dated
WHERE organisation_code = $organisation_code
ORDER BY from_on <= $as_of DESC, CASE WHEN from_on <= $as_of THEN from_on END DESC, from_on
LIMIT 1
