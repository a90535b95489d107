-- What was recorded of the organisation on a day, and from which kind of file it is known.
SELECT organisation_name, organisation_kind, contract_type, icb_code, sub_icb_code, pcn_code, clinical_supplier,
       telephony_supplier, online_supplier, opened_on, closed_on, source
FROM data.organisation_dated
WHERE organisation_code = $organisation_code AND $day BETWEEN from_on AND to_on
