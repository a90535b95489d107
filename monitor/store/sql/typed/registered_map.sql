-- A row of gp-reg-pat-prac-map: which PCN, sub-ICB and ICB a practice was in, and its clinical system's supplier.
SELECT row_number, carried, published_day_of(text_of(extract_date)) AS extract_on, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, published_pcn_of(pcn_code) AS pcn_code, text_of(pcn_name) AS pcn_name,
       published_area_of(sub_icb_code) AS sub_icb_code, text_of(sub_icb_name) AS sub_icb_name, published_area_of(icb_code) AS icb_code,
       text_of(icb_name) AS icb_name, published_region_of(region_code) AS region_code, text_of(supplier_name) AS supplier_name,
       CASE
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(extract_date) IS NULL THEN 'missing_value:extract_date'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN published_day_of(text_of(extract_date)) IS NULL THEN 'bad_date:extract_date'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
