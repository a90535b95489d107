-- What each publication can tell about a return. One line a publication and return.
--   absence_tells  whether a practice that a whole edition does not name is known to have sent nothing. Where it is not
--                  (accounts shared by practices, practices outside the frame), such a practice is not known.
--   trust          1 first: where no source shows data, what the most trusted one says holds
--   has_parts      published as several files by region: a month is judged only when all regions are in
CREATE OR REPLACE VIEW data.published_source AS
SELECT * FROM (VALUES
    ('online_consultation', 'online_and_video_consultations', TRUE, 1, TRUE)
) AS known(source, return_code, absence_tells, trust, has_parts);
