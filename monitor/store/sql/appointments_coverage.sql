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
    FROM data.appointments_row
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
