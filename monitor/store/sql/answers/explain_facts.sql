-- What each source says last, at or before the day, of where the organisation belongs and who supplies it; the first of each
-- fact is the one that holds: an organisations file of one's own, then the latest statement, then the most trusted source.
WITH
own AS (
    SELECT file_id, row_number, 'organisations' AS source, 0 AS trust, coalesce(valid_from, DATE '1900-01-01') AS at_on,
           sub_icb_code, pcn_code, clinical_supplier, telephony_supplier, online_supplier
    FROM data.organisation_row
    WHERE organisation_code = $organisation_code
),
published AS (
    SELECT p.file_id, p.row_number, p.source, t.trust, p.at_on,
           p.sub_icb_code, p.pcn_code, p.clinical_supplier, p.telephony_supplier, p.online_supplier
    FROM data.published_fact AS p JOIN data.fact_source AS t USING (source)
    WHERE p.organisation_code = $organisation_code AND t.is_about_organisations
),
stated AS (
    SELECT fact, value, source, trust, at_on, file_id, row_number
    FROM (SELECT * FROM own UNION ALL SELECT * FROM published) AS every_source UNPIVOT (
        value FOR fact IN (sub_icb_code, pcn_code, clinical_supplier, telephony_supplier, online_supplier)
    )
    WHERE at_on <= $period_end
),
latest AS (
    SELECT s.*, f.file_name, row_number() OVER (
        PARTITION BY s.fact, split_part(s.source, ',', 1)   -- "ePCN, membership ended" is ePCN
        ORDER BY s.at_on DESC, s.trust, f.edition_on DESC NULLS LAST, f.edition_version DESC, s.file_id DESC, s.row_number DESC
    ) AS recency
    FROM stated AS s JOIN data.loaded_file AS f USING (file_id)
)
SELECT fact, nullif(value, '') AS value, source, nullif(at_on, DATE '1900-01-01') AS at_on, file_name, row_number, file_id
FROM latest
WHERE recency = 1
ORDER BY fact, source <> 'organisations', at_on DESC, trust
