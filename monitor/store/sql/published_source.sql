-- What each publication can tell about a return. One line a publication and return.
--   absence_tells  whether a practice that a whole edition does not name is known to have sent nothing. Where it is not
--                  (accounts shared by practices, practices outside the frame), such a practice is not known.
--   trust          1 first: where no source shows data, what the most trusted one says holds
--   has_parts      published as several files by region: a month is judged only when all regions are in
CREATE OR REPLACE VIEW data.published_source AS
SELECT * FROM (VALUES
    ('online_consultation', 'online_and_video_consultations', TRUE, 1, TRUE),
    ('telephony_participation', 'digital_telephony', TRUE, 1, FALSE),
    ('telephony_summary', 'digital_telephony', FALSE, 2, FALSE),
    ('telephony_calls', 'digital_telephony', FALSE, 3, TRUE),
    ('diabetes_audit', 'national_diabetes_audit', TRUE, 1, FALSE),
    ('core_gp_contract', 'indicators_no_longer_in_qof', FALSE, 1, FALSE),
    ('core_gp_contract', 'alcohol_and_dementia', FALSE, 1, FALSE),
    ('dementia_data_date', 'alcohol_and_dementia', FALSE, 2, FALSE),
    ('appointments', 'appointments', TRUE, 1, TRUE),
    ('workforce_detailed', 'workforce', FALSE, 1, FALSE),
    ('workforce_high_level', 'workforce', FALSE, 2, FALSE)
) AS known(source, return_code, absence_tells, trust, has_parts);
