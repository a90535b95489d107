-- Whom to believe where sources state a fact as at the same day: the least number first. An organisations file of one's
-- own comes before all of them.
CREATE OR REPLACE VIEW data.fact_source AS
SELECT * FROM (VALUES
    ('ePCN', 10, TRUE),
    ('ePCN, membership ended', 15, TRUE),
    ('registered patients', 20, TRUE),
    ('registered patients mapping', 25, TRUE),
    ('online consultation', 30, TRUE),
    ('appointments mapping', 31, TRUE),
    ('telephony', 32, TRUE),
    ('appointments', 33, TRUE),
    ('dementia data', 34, TRUE),
    ('workforce', 35, TRUE),
    ('epraccur', 40, TRUE),
    ('epraccur by postcode', 50, FALSE)
) AS known(source, trust, is_about_organisations);

-- What published files say of organisations, besides evidence: where each belongs, who supplies it, its list size.
-- One branch a table. NULL: says nothing. pcn_code '': in no PCN. region_code, icb_code: of the sub-ICB.
CREATE OR REPLACE VIEW data.published_fact AS
SELECT e.file_id, e.row_number, 'epraccur' AS source, e.organisation_code,
       coalesce(e.joined_on, e.opened_on, DATE '1900-01-01') AS at_on,
       CAST(NULL AS VARCHAR) AS region_code, CAST(NULL AS VARCHAR) AS icb_code, e.sub_icb_code,
       CAST(NULL AS VARCHAR) AS pcn_code, CAST(NULL AS VARCHAR) AS clinical_supplier,
       CAST(NULL AS VARCHAR) AS telephony_supplier, CAST(NULL AS VARCHAR) AS online_supplier,
       CAST(NULL AS BIGINT) AS list_size
FROM data.epraccur_row AS e WHERE e.is_gp_practice
UNION ALL
-- As at the edition, what is not dated: the region, and the ICB by postcode, which is that of most of a sub-ICB.
SELECT e.file_id, e.row_number, 'epraccur by postcode', e.organisation_code, coalesce(f.edition_on, DATE '1900-01-01'),
       e.region_code, e.postcode_icb_code, e.sub_icb_code, NULL, NULL, NULL, NULL, NULL
FROM data.epraccur_row AS e JOIN data.loaded_file AS f USING (file_id)
WHERE e.is_gp_practice AND e.closed_on IS NULL
UNION ALL
SELECT file_id, row_number, 'ePCN', organisation_code, coalesce(from_on, DATE '1900-01-01'),
       NULL, NULL, NULL, pcn_code, NULL, NULL, NULL, NULL
FROM data.pcn_partner_row
UNION ALL  -- a membership that ended and was not followed by another: in no PCN
SELECT file_id, row_number, 'ePCN, membership ended', organisation_code, to_on + 1,
       NULL, NULL, NULL, '', NULL, NULL, NULL, NULL
FROM data.pcn_partner_row WHERE to_on IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'ePCN', pcn_code, DATE '1900-01-01',
       NULL, NULL, sub_icb_code, NULL, NULL, NULL, NULL, NULL
FROM data.pcn_row
UNION ALL
SELECT file_id, row_number, 'registered patients', organisation_code, extract_on,
       NULL, NULL, sub_icb_code, NULL, NULL, NULL, NULL, number_of_patients
FROM data.registered_list_row
UNION ALL
SELECT file_id, row_number, 'registered patients mapping', organisation_code, extract_on,
       region_code, icb_code, sub_icb_code, pcn_code, supplier_name, NULL, NULL, NULL
FROM data.registered_map_row
UNION ALL  -- a month that names no supplier says nothing: the last one known before holds
SELECT file_id, row_number, 'online consultation', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, NULL, NULL, supplier, list_size
FROM data.online_consultation_row
UNION ALL  -- the three telephony files; the ICB in them is not always that of the sub-ICB, so it is not taken
SELECT file_id, row_number, 'telephony', organisation_code, period_start,
       region_code, NULL, sub_icb_code, pcn_code, NULL, NULL, NULL, NULL
FROM (
    SELECT file_id, row_number, organisation_code, period_start, region_code, sub_icb_code, pcn_code
    FROM data.telephony_summary_row
    UNION ALL
    SELECT file_id, row_number, organisation_code, period_start, region_code, sub_icb_code, pcn_code
    FROM data.telephony_participation_row
    UNION ALL
    SELECT file_id, row_number, organisation_code, period_start, region_code, sub_icb_code, pcn_code
    FROM data.telephony_calls_row
    WHERE regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
) AS telephony
UNION ALL
SELECT d.file_id, d.row_number, 'dementia data', d.organisation_code, CAST(date_trunc('month', f.edition_on) AS DATE),
       d.region_code, NULL, d.sub_icb_code, d.pcn_code, NULL, NULL, NULL, NULL
FROM data.dementia_data_date_row AS d
JOIN data.loaded_file AS f USING (file_id)
WHERE f.edition_on IS NOT NULL AND regexp_full_match(d.organisation_code, '[A-Z][0-9]{5}')
UNION ALL
SELECT file_id, row_number, 'online consultation', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, NULL, NULL, supplier, list_size
FROM data.online_consultation_metric_row WHERE organisation_code IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'appointments', organisation_code, period_start,
       NULL, NULL, sub_icb_code, pcn_code, supplier, NULL, NULL, NULL
FROM data.appointments_row WHERE organisation_code IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'appointments mapping', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, supplier, NULL, NULL, NULL
FROM data.appointments_map_row WHERE organisation_code IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'workforce', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, NULL, NULL, NULL, list_size
FROM data.workforce_detailed_row;
