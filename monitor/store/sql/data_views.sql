-- name: submission_attempt
-- Every dated attempt to submit: of the submission logs, and of CQRS extracts for services that feed a mandatory return.
CREATE OR REPLACE VIEW data.submission_attempt AS
SELECT file_id, row_number, organisation_code, return_code, period_start, submitted_at, submitted_on, outcome,
       record_count, submission_id, request_id, detail
FROM data.submission_row
UNION ALL
SELECT file_id, row_number, organisation_code, return_code, period_start, submitted_at, submitted_on, 'accepted',
       rows_gathered, NULL, NULL, 'CQRS ' || quality_service || CASE WHEN is_last THEN '' ELSE ', since submitted again' END
FROM data.cqrs_extract_row
WHERE return_code IS NOT NULL;

-- Every statement of participation: of people's own files, and of CQRS for services that feed a mandatory return.
CREATE OR REPLACE VIEW data.participation_stated AS
SELECT file_id, row_number, organisation_code, return_code, state, from_on, to_on FROM data.participation_row
UNION ALL
SELECT file_id, row_number, organisation_code, return_code, 'accepted', from_on, to_on
FROM data.cqrs_participation_row
WHERE return_code IS NOT NULL;

-- name: row_in_doubt
-- Each reading of a file: the first one, and one for each time that rows rejected before were read again. What counts of
-- its rejected rows is what the last reading says; from when on the file is there, what the first one says.
CREATE OR REPLACE VIEW data.file_reading AS
SELECT file_id, file_name, sha256, format, loaded_at, rows_in_file, rows_duplicate,
       min(file_id) OVER (PARTITION BY sha256) AS first_file_id,
       max(file_id) OVER (PARTITION BY sha256) AS last_file_id,
       min(loaded_at) OVER (PARTITION BY sha256) AS first_loaded_at
FROM data.loaded_file
WHERE state = 'loaded';

-- What became of the rows of each file, all its readings taken together: rows in file = loaded + duplicate + rejected.
-- file_id: of the first reading, and of each refusal.
CREATE OR REPLACE VIEW data.file_account AS
SELECT r.first_file_id AS file_id, CAST(sum(f.rows_loaded) AS BIGINT) AS rows_loaded,
       CAST(sum(f.rows_duplicate) AS BIGINT) AS rows_duplicate,
       max(CASE WHEN r.file_id = r.last_file_id THEN f.rows_rejected END) AS rows_rejected
FROM data.file_reading AS r
JOIN data.loaded_file AS f ON f.file_id = r.file_id
GROUP BY r.first_file_id
UNION ALL
SELECT file_id, rows_loaded, rows_duplicate, rows_rejected FROM data.loaded_file WHERE state <> 'loaded';

-- Later versions of files. Under the same name: a list that people keep, or what repeats a row, replaces the earlier one
-- whole; a log that repeats nothing does not, as it is that of another day, which people gave the same name. Under another
-- name: a corrected copy, as long as the earlier one, that repeats some of its rows. What stands in the same place counts.
CREATE OR REPLACE VIEW data.later_version AS
SELECT f.file_id, later.file_id AS later_file_id,
       later.file_name = f.file_name
           AND (later.rows_duplicate > 0
                OR f.format IN ('organisations', 'requests', 'notices', 'participation')) AS is_of_the_same
FROM data.file_reading AS f
JOIN data.file_reading AS first ON first.file_id = f.first_file_id
JOIN data.file_reading AS later
    ON later.first_file_id > f.first_file_id AND later.file_id = later.first_file_id
    AND (later.file_name = f.file_name
         OR later.rows_in_file = first.rows_in_file AND later.rows_duplicate > 0 AND later.format = f.format);

-- What people dismissed: rows of a version of a file, of every one that had been loaded by then where none is named.
CREATE OR REPLACE VIEW data.dismissed AS
SELECT x.dismissal_number, x.file_name, x.row_number, x.dismissed_at, v.sha256
FROM data.dismissal AS x LEFT JOIN data.dismissal_version AS v USING (dismissal_number);

-- The rejected rows that nobody has dismissed, and that no later version of their file replaces: by being the same file
-- otherwise, or by what stands in the same place: the same text, or a good row about the same as far as that can be read.
CREATE OR REPLACE VIEW data.rejected_standing AS
SELECT r.file_id, r.row_number, r.reason, r.column_name, r.row_text, f.file_name, f.format, f.first_file_id, f.first_loaded_at,
       d.organisation_code, d.return_code, d.period_on, d.request_id,
       coalesce(d.is_notice, FALSE) AS is_notice, d.from_on, d.to_on
FROM data.rejected_row AS r
JOIN data.file_reading AS f ON f.file_id = r.file_id AND f.file_id = f.last_file_id
LEFT JOIN data.doubtful_row AS d ON d.file_id = r.file_id AND d.row_number = r.row_number
WHERE NOT EXISTS (
          SELECT 1 FROM data.dismissed AS x
          WHERE x.file_name = f.file_name AND coalesce(x.row_number = r.row_number, TRUE)
            AND coalesce(x.sha256 = f.sha256, TRUE) AND x.dismissed_at >= f.first_loaded_at
      )
  AND NOT EXISTS (SELECT 1 FROM data.later_version AS v WHERE v.file_id = r.file_id AND v.is_of_the_same)
  AND NOT EXISTS (
          SELECT 1
          FROM data.later_version AS v JOIN data.rejected_row AS s ON s.file_id = v.later_file_id
          WHERE v.file_id = r.file_id AND s.row_number = r.row_number AND s.row_text = r.row_text
      )
  AND NOT EXISTS (
          SELECT 1
          FROM data.later_version AS v JOIN data.submission_row AS s ON s.file_id = v.later_file_id
          WHERE v.file_id = r.file_id AND s.row_number = r.row_number
            AND coalesce(s.organisation_code = d.organisation_code, TRUE)
            AND coalesce(s.return_code = d.return_code, TRUE)
            AND coalesce(s.period_start = d.period_on, TRUE)
      )
  AND NOT EXISTS (   -- a notice is replaced by what bears its number and came later
          SELECT 1
          FROM data.notice_row AS s JOIN data.file_reading AS g ON g.file_id = s.file_id
          WHERE s.notice_id = d.notice_id
            AND (g.loaded_at > f.first_loaded_at OR g.first_file_id = f.first_file_id AND s.row_number > d.row_number)
      );

-- The rejected rows of logs and notices that still hold what they may be about in doubt. A good row of a log about the same
-- ends the doubt of one: one that shows data whenever it was loaded, so that the order of files makes no difference; any other
-- where it came later. Where the return cannot be read, nothing is known to be about the same.
CREATE OR REPLACE VIEW data.row_in_doubt AS
WITH
named AS (
    SELECT * FROM data.rejected_standing WHERE organisation_code IS NOT NULL OR return_code IS NOT NULL
),
good AS (
    SELECT s.organisation_code, s.return_code, s.period_start, s.request_id, s.outcome, f.loaded_at
    FROM data.submission_row AS s
    JOIN (SELECT DISTINCT organisation_code, return_code FROM named) AS n
        ON n.organisation_code = s.organisation_code AND n.return_code = s.return_code
    JOIN data.loaded_file AS f ON f.file_id = s.file_id
)
SELECT n.file_id, n.row_number, n.organisation_code, n.return_code, n.period_on, n.request_id, n.from_on, n.to_on
FROM named AS n
WHERE n.is_notice OR NOT EXISTS (
    SELECT 1 FROM good AS g
    WHERE g.organisation_code = n.organisation_code AND g.return_code = n.return_code
      AND (g.period_start = n.period_on OR g.request_id = n.request_id)
      AND (g.outcome IN ('accepted', 'nil') OR g.loaded_at > n.first_loaded_at)
);

-- Each of them with each organisation and return that it may be about.
CREATE OR REPLACE VIEW data.named_in_doubt AS
SELECT d.file_id, d.row_number, coalesce(d.organisation_code, o.organisation_code) AS organisation_code,
       coalesce(d.return_code, r.return_code) AS return_code, d.period_on, d.request_id, d.from_on, d.to_on
FROM data.row_in_doubt AS d
LEFT JOIN data.mandatory_return AS r ON d.return_code IS NULL
LEFT JOIN (SELECT DISTINCT organisation_code FROM data.organisation_fact) AS o ON d.organisation_code IS NULL
WHERE coalesce(d.organisation_code, o.organisation_code) IS NOT NULL AND coalesce(d.return_code, r.return_code) IS NOT NULL;

-- Optional values that were left out, with the reason.
CREATE OR REPLACE VIEW data.value_left_out AS
SELECT file_id, row_number, column_name, cell_text,
       CASE WHEN column_name IN ('contract_type', 'organisation_kind') THEN 'bad_code'
            WHEN column_name IN ('list_size', 'record_count') THEN 'bad_number' ELSE 'bad_date' END AS reason
FROM data.rejected_value;

-- What an organisation's newest row leaves out of that decides what it owes, until that is read or dismissed.
-- from_on: since when the row says what is so.
CREATE OR REPLACE VIEW data.register_in_doubt AS
WITH newest AS (
    SELECT file_id, row_number, organisation_code, coalesce(valid_from, DATE '1900-01-01') AS from_on
    FROM data.organisation_row
    QUALIFY row_number() OVER (
        PARTITION BY organisation_code
        ORDER BY coalesce(valid_from, DATE '1900-01-01') DESC, file_id DESC, row_number DESC
    ) = 1
)
SELECT v.file_id, v.row_number, n.organisation_code, v.column_name, v.cell_text, v.reason, n.from_on,
       f.file_name, f.format, f.first_file_id, f.first_loaded_at
FROM data.value_left_out AS v
JOIN newest AS n ON n.file_id = v.file_id AND n.row_number = v.row_number
JOIN data.file_reading AS f ON f.file_id = v.file_id
WHERE v.column_name IN ('opened_on', 'closed_on', 'contract_type')
  AND NOT EXISTS (
          SELECT 1 FROM data.dismissed AS x
          WHERE x.file_name = f.file_name AND coalesce(x.row_number = v.row_number, TRUE)
            AND coalesce(x.sha256 = f.sha256, TRUE) AND x.dismissed_at >= f.first_loaded_at
      );

-- name: published_source
-- What each publication can tell about a return. One line a publication and return.
--   absence_tells  whether a practice that a whole edition does not name is known to have sent nothing. Where it is not
--                  (accounts shared by practices, practices outside the frame), such a practice is not known.
--   trust          1 first: where no source shows data, what the most trusted one says holds
--   has_parts      published as several files by region: a month is judged only when all regions are in
CREATE OR REPLACE VIEW data.published_source AS
SELECT * FROM (VALUES
    ('online_consultation', 'online_and_video_consultations', TRUE, 1, TRUE),
    ('telephony_participation', 'digital_telephony', FALSE, 1, FALSE),
    ('telephony_summary', 'digital_telephony', FALSE, 2, FALSE),
    ('telephony_calls', 'digital_telephony', FALSE, 3, TRUE),
    ('diabetes_audit', 'national_diabetes_audit', TRUE, 1, FALSE),
    ('core_gp_contract', 'indicators_no_longer_in_qof', FALSE, 1, FALSE),
    ('core_gp_contract', 'alcohol_and_dementia', FALSE, 1, FALSE),
    ('core_gp_contract', 'core_gp_contract', FALSE, 1, FALSE),
    ('dementia_data_date', 'alcohol_and_dementia', FALSE, 2, FALSE),
    ('appointments', 'appointments', TRUE, 1, TRUE),
    ('appointments_annex', 'appointments', TRUE, 2, FALSE),
    ('workforce_detailed', 'workforce', FALSE, 1, FALSE),
    ('workforce_high_level', 'workforce', FALSE, 2, FALSE)
) AS known(source, return_code, absence_tells, trust, has_parts);

-- name: published_evidence
-- What published files show, as evidence about one return, organisation and period. One branch a table.
--   source         the publication (published_source.sql): of one, the newest edition that names the organisation holds
--   outcome        accepted    the file shows data
--                  absent      the file names the organisation and shows no data (the source is loaded)
--                  suppressed  the file hides whether there are data: it cannot tell
--                  rejected    something was sent, and nothing in it could be used
--   participating  the file's own flag; NULL where it has none or hides it
--   detail         what else the file says that decides, in a few words
--   parts_missing  which parts of what shows data are not there, in words; '' none; NULL where the file cannot tell
CREATE OR REPLACE VIEW data.published_evidence AS
SELECT file_id, row_number, 'online_consultation' AS source, organisation_code,
       'online_and_video_consultations' AS return_code, period_start,
       CASE WHEN submissions IS NULL THEN 'suppressed' WHEN submissions > 0 THEN 'accepted' ELSE 'absent' END AS outcome,
       submissions AS record_count, participating, CAST(NULL AS VARCHAR) AS detail,
       CAST(NULL AS VARCHAR) AS parts_missing
FROM data.online_consultation_row
UNION ALL  -- only practices with calls of their own are in it
SELECT file_id, row_number, 'telephony_summary', organisation_code, 'digital_telephony', period_start, 'accepted',
       inbound_calls, NULL, NULL, NULL
FROM data.telephony_summary_row
UNION ALL
SELECT file_id, row_number, 'telephony_calls', organisation_code, 'digital_telephony', period_start, 'accepted',
       inbound_calls, NULL, NULL, NULL
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
            ELSE 'neither Yes nor No in the file' END, NULL
FROM data.telephony_participation_row
UNION ALL  -- only practices that take part have a row
SELECT file_id, row_number, 'diabetes_audit', organisation_code, 'national_diabetes_audit', period_start, 'accepted',
       registrations, NULL, NULL, NULL
FROM data.diabetes_audit_row
UNION ALL
-- A contract year comes in several files: what one of them shows is not hidden again by another that hides it.
SELECT file_id, row_number, 'core_gp_contract', organisation_code, return_code, period_start,
       CASE WHEN figures_shown > 0 THEN 'accepted' ELSE 'suppressed' END, NULL, NULL,
       CASE WHEN figures_shown = 0 THEN 'all figures are hidden' END, NULL
FROM (
    SELECT *, max(figures_shown) OVER (PARTITION BY organisation_code, return_code, period_start) > 0 AS is_ever_shown
    FROM data.core_gp_contract_row
) AS contract
WHERE return_code IS NOT NULL AND regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
  AND (figures_shown > 0 OR NOT is_ever_shown)
UNION ALL
SELECT file_id, row_number, 'dementia_data_date', organisation_code, 'alcohol_and_dementia', period_start, 'accepted',
       NULL, NULL, 'latest data submission ' || latest_on, NULL
FROM data.dementia_data_date_row
WHERE latest_on IS NOT NULL AND regexp_full_match(organisation_code, '[A-Z][0-9]{5}')
UNION ALL
-- Nothing since the year of the latest submission, for each contract year that had ended by the newest date in the file.
-- A year that is not over cannot be judged.
SELECT file_id, row_number, 'dementia_data_date', organisation_code, 'alcohol_and_dementia',
       make_date(silent_year, 4, 1), 'absent',
       NULL, NULL, coalesce('latest data submission ' || latest_on, 'no data submission'), NULL
FROM (
    SELECT d.file_id, d.row_number, d.organisation_code, d.latest_on,
           unnest(generate_series(coalesce(d.year_of_latest + 1, f.last_year), f.last_year)) AS silent_year
    FROM (
        SELECT *, year(latest_on) - CASE WHEN month(latest_on) < 4 THEN 1 ELSE 0 END AS year_of_latest
        FROM data.dementia_data_date_row
    ) AS d
    JOIN (
        SELECT file_id, year(edition_on + 1) - CASE WHEN month(edition_on + 1) < 4 THEN 2 ELSE 1 END AS last_year
        FROM data.loaded_file WHERE edition_on IS NOT NULL
    ) AS f USING (file_id)
    WHERE regexp_full_match(d.organisation_code, '[A-Z][0-9]{5}')
      AND coalesce(d.year_of_latest + 1, f.last_year) <= f.last_year
) AS each_year
UNION ALL
SELECT file_id, row_number, 'online_consultation', organisation_code, 'online_and_video_consultations', period_start,
       CASE WHEN submissions IS NULL THEN 'suppressed' WHEN submissions > 0 THEN 'accepted' ELSE 'absent' END,
       submissions, participating, NULL, NULL
FROM data.online_consultation_metric_row WHERE organisation_code IS NOT NULL
UNION ALL  -- a practice without appointments has no row
SELECT file_id, row_number, 'appointments', organisation_code, 'appointments', period_start,
       CASE WHEN appointments > 0 THEN 'accepted' ELSE 'absent' END, appointments, NULL, NULL, NULL
FROM data.appointments_row WHERE organisation_code IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'appointments_annex', organisation_code, 'appointments', period_start,
       CASE WHEN appointments IS NULL THEN 'suppressed' WHEN appointments > 0 THEN 'accepted' ELSE 'absent' END,
       appointments, NULL, NULL,
       CASE WHEN categorised > 0 THEN
           CASE WHEN uncategorised > 0 THEN 'national categories: ' || CAST(round(100.0 * uncategorised / categorised) AS INTEGER)
                                            || '% unmapped or unknown' ELSE '' END
       END
FROM data.appointments_annex_row
UNION ALL
-- What each *_SOURCE says of a staff group. Direct patient care counts by its people only: without any, and the other
-- groups missing, the file says that all was provided. Nothing said at all: not known.
SELECT file_id, row_number, 'workforce_detailed', organisation_code, 'workforce', period_start,
       CASE WHEN regexp_matches(said, '(gp|nurse|admin)_source: (fully provided|includes)')
                 OR (regexp_matches(said, 'dpc_source: (fully provided|includes)') AND dpc_headcount > 0) THEN 'accepted'
            WHEN contains(said, 'no valid or current data') THEN 'rejected'
            WHEN regexp_matches(said, '(gp|nurse|admin)_source: (fully estimated|no data provided)') THEN 'absent'
            ELSE 'suppressed' END,
       nullif(CASE WHEN regexp_matches(said, 'gp_source: (fully provided|includes)') THEN coalesce(gp_headcount, 0) ELSE 0 END
              + coalesce(nurse_headcount, 0) + coalesce(dpc_headcount, 0) + coalesce(admin_headcount, 0), 0),
       NULL, nullif(not_provided, ''), parts_missing
FROM (
    SELECT *, lower(concat_ws('; ', 'gp_source: ' || gp_source, 'nurse_source: ' || nurse_source,
                              'dpc_source: ' || dpc_source, 'admin_source: ' || admin_source)) AS said,
           concat_ws('; ',
                     CASE WHEN gp_source NOT ILIKE 'fully provided%' THEN 'GP_SOURCE: ' || gp_source END,
                     CASE WHEN nurse_source NOT ILIKE 'fully provided%' THEN 'NURSE_SOURCE: ' || nurse_source END,
                     CASE WHEN dpc_source NOT ILIKE 'fully provided%' THEN 'DPC_SOURCE: ' || dpc_source END,
                     CASE WHEN admin_source NOT ILIKE 'fully provided%' THEN 'ADMIN_SOURCE: ' || admin_source END)
               AS not_provided,
           -- A group that the file says nothing of is not known to be missing.
           concat_ws(', ',
                     CASE WHEN regexp_matches(lower(gp_source), '^(fully estimated|no )') THEN 'GPs' END,
                     CASE WHEN regexp_matches(lower(nurse_source), '^(fully estimated|no )') THEN 'nurses' END,
                     CASE WHEN regexp_matches(lower(dpc_source), '^(fully estimated|no )') THEN 'direct patient care' END,
                     CASE WHEN regexp_matches(lower(admin_source), '^(fully estimated|no )') THEN 'administration' END)
               AS parts_missing
    FROM data.workforce_detailed_row
) AS workforce
UNION ALL
-- The GPs that a practice seems to have may be trainees, who come from another system: they do not show it. Nor can lines of
-- a practice that leave out both nurses and administration.
SELECT file_id, row_number, 'workforce_high_level', organisation_code, 'workforce', period_start,
       CASE WHEN regexp_matches(groups_shown, 'nurse|admin|dpc') THEN 'accepted'
            WHEN contains(groups_shown, 'gp') OR NOT regexp_matches(groups_named, 'nurse|admin') THEN 'suppressed'
            ELSE 'absent' END,
       nullif(headcount, 0), NULL,
       CASE WHEN groups_shown = 'gp' THEN 'only GPs have figures, which may be trainees from another system'
            WHEN NOT regexp_matches(groups_named, 'nurse|admin') THEN 'neither nurses nor administration are in the file'
            WHEN groups_shown IS NULL THEN 'no staff group has figures' END,
       -- Direct patient care without figures may be none; GPs without are missing, though figures of theirs prove nothing.
       concat_ws(', ',
                 CASE WHEN contains(groups_named, 'gp') AND NOT contains(groups_shown, 'gp') THEN 'GPs' END,
                 CASE WHEN contains(groups_named, 'nurse') AND NOT contains(groups_shown, 'nurse') THEN 'nurses' END,
                 CASE WHEN contains(groups_named, 'admin') AND NOT contains(groups_shown, 'admin') THEN 'administration' END)
FROM data.workforce_high_level_row
UNION ALL
-- A row that was rejected hides what the file says of its practice, of that month or, where the month cannot be read, the
-- latest of the file.
SELECT u.file_id, u.row_number, s.source, u.organisation_code, s.return_code,
       CAST(date_trunc('month', CASE WHEN u.period_start <= f.edition_on THEN u.period_start ELSE f.edition_on END) AS DATE),
       'suppressed', NULL, NULL, 'this row of the file was rejected', NULL
FROM data.unreadable_row AS u
JOIN data.loaded_file AS f USING (file_id)
JOIN (VALUES
    ('online_consultation', 'online_consultation'),
    ('online_consultation_metric', 'online_consultation'),
    ('appointments', 'appointments'),
    ('appointments_annex', 'appointments_annex'),
    ('workforce_detailed', 'workforce_detailed'),
    ('workforce_high_level', 'workforce_high_level'),
    ('telephony_summary', 'telephony_summary'),
    ('telephony_calls', 'telephony_calls'),
    ('telephony_participation', 'telephony_participation'),
    ('diabetes_audit', 'diabetes_audit')
) AS t(format_table, source) USING (format_table)
JOIN data.published_source AS s USING (source)
WHERE f.edition_on IS NOT NULL;

-- name: published_fact
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
    ('appointments annex', 33, TRUE),
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
SELECT file_id, row_number, 'appointments annex', organisation_code, period_start,
       NULL, NULL, sub_icb_code, pcn_code, supplier, NULL, NULL, list_size
FROM data.appointments_annex_row
UNION ALL
SELECT file_id, row_number, 'appointments mapping', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, supplier, NULL, NULL, NULL
FROM data.appointments_map_row WHERE organisation_code IS NOT NULL
UNION ALL
SELECT file_id, row_number, 'workforce', organisation_code, period_start,
       region_code, icb_code, sub_icb_code, pcn_code, NULL, NULL, NULL, list_size
FROM data.workforce_detailed_row;

-- name: appointments_coverage
-- Practices with appointments, counted by us from the practice-level files, beside what was published for the sub-ICB: an
-- independent check, for months of which both are loaded. Fewer than published: our files of that month are incomplete.
CREATE OR REPLACE VIEW data.appointments_coverage AS
WITH
published AS (
    SELECT c.sub_icb_code, c.period_start, c.open_practices, c.included_practices
    FROM data.appointments_coverage_row AS c JOIN data.loaded_file AS f USING (file_id)
    QUALIFY row_number() OVER (
        PARTITION BY c.sub_icb_code, c.period_start
        ORDER BY f.edition_on DESC NULLS LAST, f.edition_version DESC, c.file_id DESC, c.row_number DESC
    ) = 1
),
counted AS (
    SELECT sub_icb_code, period_start, count(DISTINCT organisation_code) AS practices_with_data
    FROM (
        SELECT sub_icb_code, period_start, organisation_code, appointments FROM data.appointments_row
        UNION ALL
        SELECT sub_icb_code, period_start, organisation_code, appointments FROM data.appointments_annex_row
    ) AS practice
    WHERE organisation_code IS NOT NULL AND appointments > 0
    GROUP BY sub_icb_code, period_start
),
loaded_month AS (
    SELECT DISTINCT period_start FROM counted
)
SELECT p.sub_icb_code, p.period_start, p.open_practices, p.included_practices,
       p.open_practices - p.included_practices AS published_without_data,
       coalesce(c.practices_with_data, 0) AS practices_with_data,
       coalesce(c.practices_with_data, 0) - p.included_practices AS difference
FROM published AS p
JOIN loaded_month USING (period_start)
LEFT JOIN counted AS c USING (sub_icb_code, period_start);

-- name: return_status_row
-- The answer with all its facts: @schema.status_kept beside the periods and organisations that it points to, and the day.
CREATE OR REPLACE @temporary VIEW @schema.return_status_row AS
SELECT e.expected_id, f.organisation_code, f.organisation_name, f.organisation_kind, f.contract_type,
       f.icb_code, f.sub_icb_code, f.pcn_code, x.supplier,
       p.return_code, p.return_title, p.period_start, p.period_end, p.period_label, e.request_id,
       e.due_on, e.original_due_on, e.due_basis, e.status, e.cause, e.received_at, e.days_late,
       CASE WHEN e.status IN ('not_received', 'rejected', 'not_known', 'in_grace') THEN date_diff('day', e.due_on, d.as_of) END AS days_overdue,
       e.attempts, e.record_count, l.file_name || ' row ' || e.evidence_row_number AS evidence, e.in_action_period,
       p.gms_reference, p.pms_reference, f.icb_name, f.icb_now, f.pcn_name, f.list_size,
       e.is_due, e.is_missed, e.absence_id, e.parts_missing
FROM @schema.status_kept AS e
CROSS JOIN @schema.status_day AS d
JOIN @schema.period_fact AS p USING (period_id)
JOIN @schema.organisation_fact AS f USING (span_id)
JOIN @schema.supplier_fact AS x ON x.span_id = e.span_id AND x.supplier_kind = p.supplier_kind
LEFT JOIN data.loaded_file AS l ON l.file_id = e.evidence_file_id

-- name: held_in_doubt
-- Which expected returns of the last check each rejected row, or value of a register, holds in doubt.
CREATE OR REPLACE VIEW data.held_in_doubt AS
SELECT k.expected_id, d.file_id, d.row_number, d.organisation_code, d.return_code, p.period_start, p.period_end, k.request_id
FROM data.named_in_doubt AS d
JOIN data.organisation_fact AS o ON o.organisation_code = d.organisation_code
JOIN data.period_fact AS p ON p.return_code = d.return_code
JOIN data.status_kept AS k ON k.span_id = o.span_id AND k.period_id = p.period_id
WHERE k.status = 'not_known' AND k.cause = 'row_rejected'
  AND (d.request_id = k.request_id
       OR CASE WHEN d.period_on IS NOT NULL THEN d.period_on BETWEEN p.period_start AND p.period_end
               ELSE (k.request_id IS NULL OR d.request_id IS NULL)
                   AND coalesce(d.from_on <= p.period_end, TRUE) AND coalesce(d.to_on >= p.period_end, TRUE) END)
UNION
SELECT k.expected_id, d.file_id, d.row_number, d.organisation_code, p.return_code, p.period_start, p.period_end, k.request_id
FROM data.register_in_doubt AS d
JOIN data.organisation_fact AS o ON o.organisation_code = d.organisation_code
JOIN data.status_kept AS k ON k.span_id = o.span_id
JOIN data.period_fact AS p ON p.period_id = k.period_id
WHERE k.status = 'not_known' AND k.cause = 'row_rejected' AND (d.column_name = 'opened_on' OR p.period_end >= d.from_on);

-- The rejected rows that are still open: all that stand, but for those of logs that a good row has replaced; and the values
-- left out of a register that hold something in doubt.
CREATE OR REPLACE VIEW data.rejected_open AS
SELECT r.file_id, r.row_number, r.reason, r.column_name, r.row_text, r.file_name, r.format, r.first_file_id,
       r.first_loaded_at, r.organisation_code, r.return_code, r.period_on, r.request_id, FALSE AS is_value
FROM data.rejected_standing AS r
LEFT JOIN data.row_in_doubt AS n ON n.file_id = r.file_id AND n.row_number = r.row_number
WHERE r.organisation_code IS NULL AND r.return_code IS NULL OR n.file_id IS NOT NULL
UNION ALL
SELECT v.file_id, v.row_number, v.reason, v.column_name, v.cell_text, v.file_name, v.format, v.first_file_id,
       v.first_loaded_at, v.organisation_code, NULL, NULL, NULL, TRUE
FROM data.register_in_doubt AS v
WHERE EXISTS (
    SELECT 1
    FROM data.organisation_fact AS o
    JOIN data.status_kept AS k ON k.span_id = o.span_id
    JOIN data.period_fact AS p ON p.period_id = k.period_id
    WHERE o.organisation_code = v.organisation_code AND k.status = 'not_known' AND k.cause = 'row_rejected'
      AND (v.column_name = 'opened_on' OR p.period_end >= v.from_on)
);

-- The rejected rows that are still open, as they are notified: those of one file name that first came with the same version of
-- it, together. So what a later version repeats is notified once, and what is new in it as new.
CREATE OR REPLACE VIEW data.rejected_told AS
WITH
first_version AS (
    SELECT f.file_name, r.row_text, arg_min(f.sha256, f.first_file_id) AS sha256
    FROM (
        SELECT file_id, row_text FROM data.rejected_row
        UNION ALL SELECT file_id, cell_text FROM data.rejected_value
    ) AS r
    JOIN data.file_reading AS f USING (file_id)
    GROUP BY f.file_name, r.row_text
)
SELECT o.*, o.file_name || '/' || left(v.sha256, 12) AS told_as
FROM data.rejected_open AS o
JOIN first_version AS v ON v.file_name = o.file_name AND v.row_text = o.row_text;

-- name: contact_now
-- Whom to ask, as last loaded: of an organisation or a supplier one for each role.
CREATE OR REPLACE VIEW data.contact_now AS
SELECT organisation_code, supplier, supplier_key, name, role, email, phone, note
FROM data.contact_row
QUALIFY row_number() OVER (
    PARTITION BY organisation_code, supplier_key, role ORDER BY file_id DESC, row_number DESC
) = 1;

-- name: contact_line
-- The people to ask at an organisation, or at a supplier, in one line.
CREATE OR REPLACE VIEW data.contact_line AS
SELECT organisation_code, CASE WHEN organisation_code IS NULL THEN supplier_key END AS supplier_key,
       string_agg(concat_ws(', ', name, role, email, phone), '; ' ORDER BY role, name) AS contact
FROM data.contact_now
GROUP BY ALL;

-- name: absence_row
-- What one organisation has not sent, seen as one, by what @schema holds: since when, for how many periods, what came last before it, what ended it.
CREATE OR REPLACE @temporary VIEW @schema.absence_row AS
WITH
of_supplier AS (
    SELECT x.supplier, string_agg(concat_ws(', ', c.supplier, c.name, c.role, c.email, c.phone), '; ' ORDER BY c.supplier, c.role) AS contact
    FROM (SELECT DISTINCT supplier, supplier_keys FROM @schema.supplier_fact WHERE supplier IS NOT NULL) AS x
    JOIN data.contact_now AS c
        ON c.organisation_code IS NULL AND contains(x.supplier_keys, ';' || c.supplier_key || ';')
    GROUP BY x.supplier
)
SELECT k.absence_id, l.organisation_code, l.organisation_name, l.icb_now, l.sub_icb_code, l.pcn_code,
       l.pcn_name, l.supplier, l.return_code, l.return_title, f.request_id,
       f.period_start AS first_period_start, l.period_start AS last_period_start, k.periods, f.due_on AS first_due_on,
       f.days_overdue, l.cause, b.period_start AS last_received_period_start, b.received_at AS last_received_at,
       k.ended_by_expected_id IS NULL AS is_open, n.period_start AS ended_by_period_start,
       coalesce(o.contact, s.contact) AS contact,
       CASE l.cause
           WHEN 'rejected_at_source' THEN 'ask the organisation to correct what was rejected, and to send it again'
           WHEN 'supplier_changed' THEN 'ask the new supplier whether sending is set up'
           WHEN 'not_participating' THEN 'look whether the participation on record is right, and ask the organisation'
           WHEN 'stopped' THEN 'ask the organisation what has changed since the last receipt'
           WHEN 'never_received' THEN 'ask the organisation whether sending was ever set up, and by whom'
           ELSE 'ask the organisation: no reason is known'
       END AS action
FROM @schema.absence_kept AS k
JOIN @schema.return_status_row AS f ON f.expected_id = k.first_expected_id
JOIN @schema.return_status_row AS l ON l.expected_id = k.last_expected_id
LEFT JOIN @schema.return_status_row AS b ON b.expected_id = k.last_received_expected_id
LEFT JOIN @schema.return_status_row AS n ON n.expected_id = k.ended_by_expected_id
LEFT JOIN data.contact_line AS o ON o.organisation_code = l.organisation_code
LEFT JOIN of_supplier AS s ON s.supplier = l.supplier;

-- name: finding_view
-- Each finding with its latest event: the current severity, cause and number of organisations. A finding that a person
-- resolved stays so, though it would still be found, until a check no longer finds it (`gone`).
CREATE OR REPLACE VIEW data.finding_current AS
WITH
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY finding_id
        ORDER BY rowid DESC  -- not by happened_at: the clock may have been ahead
    ) AS recency
    FROM data.finding_event
    WHERE event <> 'gone'
)
SELECT s.*, CASE WHEN e.event IN ('resolved', 'joined', 'resolved_by_hand') THEN e.happened_at END AS resolved_at,
       e.event = 'joined' AS is_joined, e.periods,
       e.event = 'resolved_by_hand' AND s.finding_id NOT IN (SELECT finding_id FROM data.finding_event WHERE event = 'gone')
           AS is_resolved_by_hand,
       e.severity, e.cause, e.organisations, e.suite, e.expectation
FROM data.finding_subject AS s JOIN ranked AS e ON e.finding_id = s.finding_id AND e.recency = 1;

-- name: delivery_view
-- Each recipient of each alert with what came of it last. A message that a server refused for good is undeliverable,
-- until somebody asks for it again; withdrawn is one of which everything was over before it left.
CREATE OR REPLACE VIEW data.delivery AS
WITH
last_attempt AS (
    SELECT alert_id, recipient, count(*) FILTER (outcome NOT IN ('asked_again', 'withdrawn', 'begun')) AS attempts,
           arg_max(outcome, attempt_number) AS outcome,
           max(attempted_at) FILTER (outcome IN ('accepted', 'written')) AS sent_at,
           arg_max(detail, attempt_number) FILTER (outcome IN ('deferred', 'refused')) AS last_error
    FROM data.delivery_attempt
    GROUP BY alert_id, recipient
)
SELECT r.alert_id, r.recipient, coalesce(t.attempts, 0) AS attempts, t.sent_at,
       CASE WHEN t.outcome IN ('deferred', 'refused') THEN t.last_error END AS last_error,
       CASE t.outcome WHEN 'accepted' THEN 'sent' WHEN 'written' THEN 'written' WHEN 'refused' THEN 'undeliverable'
            WHEN 'withdrawn' THEN 'withdrawn' ELSE 'planned' END AS state
FROM data.alert_recipient AS r
LEFT JOIN last_attempt AS t USING (alert_id, recipient);

-- Each alert with what came of it; see the view alert.
CREATE OR REPLACE VIEW data.alert_current AS
WITH
notified AS (
    SELECT alert_id, string_agg(item_id, ', ' ORDER BY item_id) AS finding_ids
    FROM data.alert_item WHERE NOT starts_with(item_id, 'due_soon/') GROUP BY alert_id
),
delivered AS (
    SELECT alert_id, string_agg(recipient, ', ' ORDER BY recipient) AS recipients,
           max(sent_at) AS sent_at, max(attempts) AS attempts,
           string_agg(recipient || ': ' || last_error, '; ' ORDER BY recipient) FILTER (last_error IS NOT NULL) AS last_error,
           CASE WHEN bool_or(state = 'undeliverable') THEN 'undeliverable'
                WHEN bool_or(state = 'planned') THEN 'planned'
                WHEN bool_or(state = 'sent') THEN 'sent'
                WHEN bool_and(state = 'withdrawn') THEN 'withdrawn'
                ELSE 'written' END AS state
    FROM data.delivery GROUP BY alert_id
),
rewritten AS (
    SELECT alert_id, arg_max(subject, rewriting) AS subject FROM data.alert_rewritten GROUP BY alert_id
)
SELECT a.alert_number, a.alert_id, t.finding_ids, a.reason, d.recipients, coalesce(w.subject, a.subject) AS subject, a.planned_at, d.sent_at, d.attempts, d.last_error,
       a.message_id, d.state
FROM data.alert AS a
JOIN delivered AS d USING (alert_id)
LEFT JOIN rewritten AS w USING (alert_id)
LEFT JOIN notified AS t USING (alert_id);
