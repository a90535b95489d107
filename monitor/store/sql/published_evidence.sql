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
FROM data.online_consultation_row;
