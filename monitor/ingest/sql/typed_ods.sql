-- name: typed_epraccur
-- A row of epraccur, in the legacy vocabulary (setting 4, status A) or that of the Data Search and Export report
-- (setting RO76, sometimes piped with others; status ACTIVE). England by its region codes, not by the first letter:
-- W93019 has an English region. Codes of prescribers that are no GP practices have other shapes and are kept as they are.
SELECT row_number, carried, organisation_code, text_of(organisation_name) AS organisation_name,
       code_of(region_code) AS region_code, code_of(postcode_icb_code) AS postcode_icb_code,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       upper(text_of(status)) AS status, code_of(commissioner_code) AS sub_icb_code,
       published_day_of(text_of(joined_on)) AS joined_on, published_day_of(text_of(left_on)) AS left_on,
       coalesce(regexp_full_match(code_of(region_code), 'Y[0-9]{2}'), FALSE)
           AND contains('|' || coalesce(code_of(prescribing_setting), '') || '|', '|RO76|')
           OR coalesce(regexp_full_match(code_of(region_code), 'Y[0-9]{2}'), FALSE)
           AND coalesce(code_of(prescribing_setting), '') = '4' AS is_gp_practice,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
           WHEN text_of(joined_on) IS NOT NULL AND published_day_of(joined_on) IS NULL THEN 'bad_date:joined_on'
           WHEN text_of(left_on) IS NOT NULL AND published_day_of(left_on) IS NULL THEN 'bad_date:left_on'
       END AS fault
FROM (SELECT * REPLACE (code_of(organisation_code) AS organisation_code), staged AS carried FROM staged) AS cleaned

-- name: typed_pcn
-- A row of the first sheet of the ePCN workbook: a PCN.
SELECT row_number, carried, code_of(pcn_code) AS pcn_code, text_of(pcn_name) AS pcn_name, code_of(sub_icb_code) AS sub_icb_code,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       CASE
           WHEN code_of(pcn_code) IS NULL THEN 'missing_value:pcn_code'
           WHEN NOT is_organisation_code(code_of(pcn_code)) THEN 'bad_code:pcn_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_pcn_partner
-- A row of the second sheet of the ePCN workbook: a practice's membership of a PCN, from and to.
SELECT row_number, carried, code_of(organisation_code) AS organisation_code, text_of(organisation_name) AS organisation_name,
       code_of(practice_sub_icb_code) AS practice_sub_icb_code, code_of(pcn_code) AS pcn_code,
       code_of(pcn_sub_icb_code) AS pcn_sub_icb_code,
       published_day_of(text_of(from_on)) AS from_on, published_day_of(text_of(to_on)) AS to_on,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN code_of(pcn_code) IS NULL THEN 'missing_value:pcn_code'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN NOT is_organisation_code(code_of(pcn_code)) THEN 'bad_code:pcn_code'
           WHEN text_of(from_on) IS NOT NULL AND published_day_of(from_on) IS NULL THEN 'bad_date:from_on'
           WHEN text_of(to_on) IS NOT NULL AND published_day_of(to_on) IS NULL THEN 'bad_date:to_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_branch
-- A row of ebranchs: a branch surgery, and the practice that it belongs to. A branch owes nothing of its own.
SELECT row_number, carried, code_of(branch_code) AS branch_code, text_of(branch_name) AS branch_name,
       published_day_of(text_of(opened_on)) AS opened_on, published_day_of(text_of(closed_on)) AS closed_on,
       code_of(organisation_code) AS organisation_code,
       CASE
           WHEN code_of(branch_code) IS NULL THEN 'missing_value:branch_code'
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN text_of(opened_on) IS NOT NULL AND published_day_of(opened_on) IS NULL THEN 'bad_date:opened_on'
           WHEN text_of(closed_on) IS NOT NULL AND published_day_of(closed_on) IS NULL THEN 'bad_date:closed_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_succession
-- A row of succ: which organisation came after another, from when. Organisations of every kind: codes of many shapes.
SELECT row_number, carried, code_of(organisation_code) AS organisation_code, code_of(successor_code) AS successor_code,
       code_of(reason_code) AS reason_code, published_day_of(text_of(effective_on)) AS effective_on,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN code_of(successor_code) IS NULL THEN 'missing_value:successor_code'
           WHEN text_of(effective_on) IS NULL THEN 'missing_value:effective_on'
           WHEN published_day_of(text_of(effective_on)) IS NULL THEN 'bad_date:effective_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_registered_list
-- A row of gp-reg-pat-prac-all: a practice with a registered list on the day of the extract.
SELECT row_number, carried, published_day_of(text_of(extract_date)) AS extract_on, code_of(organisation_code) AS organisation_code,
       code_of(sub_icb_code) AS sub_icb_code, whole_number_of(text_of(number_of_patients)) AS number_of_patients,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(extract_date) IS NULL THEN 'missing_value:extract_date'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN published_day_of(text_of(extract_date)) IS NULL THEN 'bad_date:extract_date'
           WHEN text_of(number_of_patients) IS NOT NULL AND whole_number_of(number_of_patients) IS NULL
               THEN 'bad_number:number_of_patients'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_registered_map
-- A row of gp-reg-pat-prac-map: which PCN, sub-ICB and ICB a practice was in, and its clinical system's supplier.
SELECT row_number, carried, published_day_of(text_of(extract_date)) AS extract_on, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code, text_of(pcn_name) AS pcn_name,
       published_area_of(sub_icb_code) AS sub_icb_code, text_of(sub_icb_name) AS sub_icb_name, published_area_of(icb_code) AS icb_code,
       text_of(icb_name) AS icb_name, published_region_of(region_code) AS region_code, published_supplier_of(supplier_name) AS supplier_name,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(extract_date) IS NULL THEN 'missing_value:extract_date'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN published_day_of(text_of(extract_date)) IS NULL THEN 'bad_date:extract_date'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
