-- Every organisation that owes anything, with what is last known of it.
WITH last_known AS (
    SELECT * FROM organisation
    QUALIFY row_number() OVER (PARTITION BY organisation_code ORDER BY valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST) = 1
)
SELECT o.organisation_code, o.organisation_name, o.organisation_kind, o.contract_type, o.icb_code, o.icb_name, o.sub_icb_code,
       o.pcn_code, o.clinical_supplier, o.telephony_supplier, o.online_supplier, o.list_size, o.opened_on, o.closed_on,
       o.successor_code, o.source,
       supplier_keys(concat_ws(';', o.clinical_supplier, o.telephony_supplier, o.online_supplier)) AS supplier_keys
FROM last_known AS o
WHERE o.organisation_code IN (SELECT organisation_code FROM report_row)
ORDER BY o.organisation_code
