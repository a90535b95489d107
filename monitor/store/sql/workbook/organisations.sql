-- Who exists and what was true of them when.
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, list_size, opened_on, closed_on, successor_code,
       valid_from, valid_to, source
FROM organisation
ORDER BY organisation_code, valid_from NULLS FIRST
LIMIT $most
