-- What published files show, as evidence about one return, organisation and period. One branch a table.
--   source         the publication (published_source.sql): of one, the newest edition that names the organisation holds
--   outcome        accepted    the file shows data
--                  absent      the file names the organisation and shows no data (the source is loaded)
--                  suppressed  the file hides whether there are data: it cannot tell
--                  rejected    something was sent, and nothing in it could be used
--   participating  the file's own flag; NULL where it has none or hides it
--   detail         what else the file says that decides, in a few words
CREATE OR REPLACE VIEW data.published_evidence AS
SELECT file_id, row_number, 'online_consultation' AS source, organisation_code,
       'online_and_video_consultations' AS return_code, period_start,
       CASE WHEN submissions IS NULL THEN 'suppressed' WHEN submissions > 0 THEN 'accepted' ELSE 'absent' END AS outcome,
       submissions AS record_count, participating, CAST(NULL AS VARCHAR) AS detail
FROM data.online_consultation_row
UNION ALL  -- only practices with calls of their own are in it
SELECT file_id, row_number, 'telephony_summary', organisation_code, 'digital_telephony', period_start, 'accepted',
       inbound_calls, NULL, NULL
FROM data.telephony_summary_row
UNION ALL
SELECT file_id, row_number, 'telephony_calls', organisation_code, 'digital_telephony', period_start, 'accepted',
       inbound_calls, NULL, NULL
FROM data.telephony_calls_row
WHERE regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
UNION ALL
SELECT file_id, row_number, 'telephony_participation', organisation_code, 'digital_telephony', period_start,
       CASE WHEN included OR shared_account THEN 'accepted'
            WHEN NOT agreed OR (NOT included AND NOT shared_account AND agreed) THEN 'absent'
            ELSE 'suppressed' END,
       NULL, agreed,
       CASE WHEN included THEN 'data received'
            WHEN shared_account THEN 'covered by a shared account'
            WHEN NOT agreed THEN 'has not agreed to participate'
            WHEN agreed AND NOT included AND NOT shared_account THEN 'agreed to participate, no data received'
            ELSE 'neither Yes nor No in the file' END
FROM data.telephony_participation_row
UNION ALL  -- only practices that take part have a row
SELECT file_id, row_number, 'diabetes_audit', organisation_code, 'national_diabetes_audit', period_start, 'accepted',
       registrations, NULL, NULL
FROM data.diabetes_audit_row
UNION ALL
-- A contract year comes in several files: what one of them shows is not hidden again by another that hides it.
SELECT file_id, row_number, 'core_gp_contract', organisation_code, return_code, period_start,
       CASE WHEN figures_shown > 0 THEN 'accepted' ELSE 'suppressed' END, NULL, NULL,
       CASE WHEN figures_shown = 0 THEN 'all figures are hidden' END
FROM (
    SELECT *, max(figures_shown) OVER (PARTITION BY organisation_code, return_code, period_start) > 0 AS is_ever_shown
    FROM data.core_gp_contract_row
) AS contract
WHERE return_code IS NOT NULL AND regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
  AND (figures_shown > 0 OR NOT is_ever_shown)
UNION ALL
SELECT file_id, row_number, 'dementia_data_date', organisation_code, 'alcohol_and_dementia', period_start, 'accepted',
       NULL, NULL, 'latest data submission ' || latest_on
FROM data.dementia_data_date_row
WHERE latest_on IS NOT NULL AND regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
UNION ALL
-- Nothing since the year of the latest submission, for each contract year that had ended by the newest date in the file.
-- A year that goes on cannot be judged.
SELECT d.file_id, d.row_number, 'dementia_data_date', d.organisation_code, 'alcohol_and_dementia',
       make_date(unnest(generate_series(coalesce(d.year_of_latest + 1, f.last_year), f.last_year)), 4, 1), 'absent',
       NULL, NULL, coalesce('latest data submission ' || d.latest_on, 'no data submission')
FROM (
    SELECT *, year(latest_on) - CASE WHEN month(latest_on) < 4 THEN 1 ELSE 0 END AS year_of_latest
    FROM data.dementia_data_date_row
) AS d
JOIN (
    SELECT file_id, year(edition_on + 1) - CASE WHEN month(edition_on + 1) < 4 THEN 2 ELSE 1 END AS last_year
    FROM data.loaded_file WHERE edition_on IS NOT NULL
) AS f USING (file_id)
WHERE regexp_full_match(d.organisation_code, '[A-Z][0-9]{5}')
UNION ALL
SELECT file_id, row_number, 'online_consultation', organisation_code, 'online_and_video_consultations', period_start,
       CASE WHEN submissions IS NULL THEN 'suppressed' WHEN submissions > 0 THEN 'accepted' ELSE 'absent' END,
       submissions, participating, NULL
FROM data.online_consultation_metric_row WHERE organisation_code IS NOT NULL
UNION ALL  -- a practice without appointments has no row
SELECT file_id, row_number, 'appointments', organisation_code, 'appointments', period_start,
       CASE WHEN appointments > 0 THEN 'accepted' ELSE 'absent' END, appointments, NULL, NULL
FROM data.appointments_row WHERE organisation_code IS NOT NULL
UNION ALL
-- What each *_SOURCE says of a staff group. Direct patient care counts by its people only: without any, and the other
-- groups missing, the file says that all was provided. Nothing said at all cannot tell.
SELECT file_id, row_number, 'workforce_detailed', organisation_code, 'workforce', period_start,
       CASE WHEN regexp_matches(said, '(gp|nurse|admin)_source: (fully provided|includes)')
                 OR (regexp_matches(said, 'dpc_source: (fully provided|includes)') AND dpc_headcount > 0) THEN 'accepted'
            WHEN contains(said, 'no valid or current data') THEN 'rejected'
            WHEN regexp_matches(said, '(gp|nurse|admin)_source: (fully estimated|no data provided)') THEN 'absent'
            ELSE 'suppressed' END,
       nullif(CASE WHEN regexp_matches(said, 'gp_source: (fully provided|includes)') THEN coalesce(gp_headcount, 0) ELSE 0 END
              + coalesce(nurse_headcount, 0) + coalesce(dpc_headcount, 0) + coalesce(admin_headcount, 0), 0),
       NULL, nullif(not_provided, '')
FROM (
    SELECT *, lower(concat_ws('; ', 'gp_source: ' || gp_source, 'nurse_source: ' || nurse_source,
                              'dpc_source: ' || dpc_source, 'admin_source: ' || admin_source)) AS said,
           concat_ws('; ',
                     CASE WHEN gp_source NOT ILIKE 'fully provided%' THEN 'GP_SOURCE: ' || gp_source END,
                     CASE WHEN nurse_source NOT ILIKE 'fully provided%' THEN 'NURSE_SOURCE: ' || nurse_source END,
                     CASE WHEN dpc_source NOT ILIKE 'fully provided%' THEN 'DPC_SOURCE: ' || dpc_source END,
                     CASE WHEN admin_source NOT ILIKE 'fully provided%' THEN 'ADMIN_SOURCE: ' || admin_source END)
               AS not_provided
    FROM data.workforce_detailed_row
) AS workforce
UNION ALL
-- The GPs that a practice seems to have may be trainees, who come from another system: they cannot tell. Nor can lines of
-- a practice that leave out both nurses and administration.
SELECT file_id, row_number, 'workforce_high_level', organisation_code, 'workforce', period_start,
       CASE WHEN regexp_matches(groups_shown, 'nurse|admin|dpc') THEN 'accepted'
            WHEN contains(groups_shown, 'gp') OR NOT regexp_matches(groups_named, 'nurse|admin') THEN 'suppressed'
            ELSE 'absent' END,
       nullif(headcount, 0), NULL,
       CASE WHEN groups_shown = 'gp' THEN 'only GPs have figures, which may be trainees from another system'
            WHEN NOT regexp_matches(groups_named, 'nurse|admin') THEN 'neither nurses nor administration are in the file'
            WHEN groups_shown IS NULL THEN 'no staff group has figures' END
FROM data.workforce_high_level_row
UNION ALL
-- A row that was rejected hides what the file says of its practice, of that month or, where the month cannot be read, the
-- latest of the file.
SELECT u.file_id, u.row_number, s.source, u.organisation_code, s.return_code,
       CAST(date_trunc('month', CASE WHEN u.period_start <= f.edition_on THEN u.period_start ELSE f.edition_on END) AS DATE),
       'suppressed', NULL, NULL, 'this row of the file was rejected'
FROM data.unreadable_row AS u
JOIN data.loaded_file AS f USING (file_id)
JOIN (VALUES
    ('online_consultation', 'online_consultation'),
    ('online_consultation_metric', 'online_consultation'),
    ('appointments', 'appointments'),
    ('workforce_detailed', 'workforce_detailed'),
    ('workforce_high_level', 'workforce_high_level'),
    ('telephony_summary', 'telephony_summary'),
    ('telephony_calls', 'telephony_calls'),
    ('telephony_participation', 'telephony_participation'),
    ('diabetes_audit', 'diabetes_audit')
) AS t(format_table, source) USING (format_table)
JOIN data.published_source AS s USING (source)
WHERE f.edition_on IS NOT NULL;
