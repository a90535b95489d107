-- A row of an organisations file.
SELECT row_number, carried,
       organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, whole_number_of(list_size_text) AS list_size,
       day_of(opened_on_text) AS opened_on, day_of(closed_on_text) AS closed_on, successor_code,
       day_of(valid_from_text) AS valid_from, day_of(valid_to_text) AS valid_to,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN organisation_name IS NULL THEN 'missing_value:organisation_name'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN organisation_kind NOT IN ('practice', 'pcn', 'trust') THEN 'bad_code:organisation_kind'
           WHEN contract_type NOT IN ('GMS', 'PMS', 'APMS') THEN 'bad_code:contract_type'
           WHEN opened_on_text IS NOT NULL AND day_of(opened_on_text) IS NULL THEN 'bad_date:opened_on'
           WHEN closed_on_text IS NOT NULL AND day_of(closed_on_text) IS NULL THEN 'bad_date:closed_on'
           WHEN valid_from_text IS NOT NULL AND day_of(valid_from_text) IS NULL THEN 'bad_date:valid_from'
           WHEN valid_to_text IS NOT NULL AND day_of(valid_to_text) IS NULL THEN 'bad_date:valid_to'
           WHEN day_of(valid_to_text) < day_of(valid_from_text) THEN 'bad_date:valid_to'
           WHEN list_size_text IS NOT NULL AND whole_number_of(list_size_text) IS NULL THEN 'bad_number:list_size'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, text_of(organisation_name) AS organisation_name,
           coalesce(lower(text_of(organisation_kind)), 'practice') AS organisation_kind,
           code_of(contract_type) AS contract_type, code_of(icb_code) AS icb_code, text_of(icb_name) AS icb_name,
           code_of(sub_icb_code) AS sub_icb_code, code_of(pcn_code) AS pcn_code,
           text_of(clinical_supplier) AS clinical_supplier, text_of(telephony_supplier) AS telephony_supplier,
           text_of(online_supplier) AS online_supplier, text_of(list_size) AS list_size_text,
           text_of(opened_on) AS opened_on_text, text_of(closed_on) AS closed_on_text,
           code_of(successor_code) AS successor_code,
           text_of(valid_from) AS valid_from_text, text_of(valid_to) AS valid_to_text
    FROM staged
) AS cleaned
