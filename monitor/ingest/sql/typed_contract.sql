-- name: typed_core_gp_contract
-- One figure of an indicator: which return it is evidence for, if any, and whether it is shown or hidden (*). Its period
-- is the contract year, or the quarter, that holds the day of achievement.
SELECT row_number, carried, day_on AS achieved_on, period_of_figure(service, indicator, day_on) AS period_start,
       organisation_code, return_of_figure(service, indicator, day_on) AS return_code,
       coalesce(regexp_full_match(trim(value), '-?[0-9]+(\.[0-9]+)?%?'), FALSE) AS is_shown,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(ach_date) IS NULL THEN 'missing_value:ach_date'
           WHEN indicator IS NULL THEN 'missing_value:ind_code'
           WHEN NOT is_organisation_code(organisation_code) AND NOT names_no_practice(organisation_code)
               THEN 'bad_code:organisation_code'
           WHEN day_on IS NULL THEN 'bad_date:ach_date'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, ach_date, value,
           code_of(ind_code) AS indicator, code_of(quality_service) AS service,
           coalesce(day_of(ach_date), published_day_of(text_of(ach_date))) AS day_on
    FROM staged
) AS cleaned

-- name: typed_cqrs_extract
-- One field of a CQRS submission: whose, about which day, and when it was sent (London time). Two ways of writing days in
-- one row. Bound: this instant.
SELECT row_number, carried, quality_service, organisation_code,
       return_of_figure(quality_service, indicator, achieved_on) AS return_code, achieved_on,
       period_of_figure(quality_service, indicator, achieved_on) AS period_start, CAST(sent_at AS TIMESTAMPTZ) AS submitted_at,
       CAST(sent_at AS DATE) AS submitted_on, coalesce(last_submission <> 'N', TRUE) AS is_last,
       CASE
           WHEN quality_service IS NULL THEN 'missing_value:quality_service'
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(ach_date) IS NULL THEN 'missing_value:ach_date'
           WHEN text_of(submit_date) IS NULL THEN 'missing_value:submit_date'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN achieved_on IS NULL THEN 'bad_date:ach_date'
           WHEN sent_at IS NULL THEN 'bad_date:submit_date'
           WHEN CAST(sent_at AS TIMESTAMPTZ) > $loaded_at THEN 'submitted_in_future:submit_date'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(quality_service) AS quality_service,
           code_of(organisation_code) AS organisation_code, coalesce(code_of(ind_code), '') AS indicator,
           ach_date, submit_date, published_day_of(text_of(ach_date)) AS achieved_on,
           upper(text_of(last_submission)) AS last_submission,
           coalesce(try_strptime(trim(submit_date) || ' ' || coalesce(trim(submit_time), '00:00:00'), '%d/%m/%Y %H:%M:%S'),
                    try_strptime(trim(submit_date) || ' ' || trim(submit_time), '%d/%m/%Y %H:%M')) AS sent_at
    FROM staged
) AS cleaned

-- name: typed_cqrs_participation
-- A row of CQRS participation: a practice takes part in a quality service from one day to another. A service that feeds no
-- mandatory return is kept too.
SELECT row_number, carried, code_of(quality_service) AS quality_service, code_of(organisation_code) AS organisation_code,
       return_of_indicator(code_of(quality_service), '') AS return_code,
       published_day_of(text_of(from_on)) AS from_on, published_day_of(text_of(to_on)) AS to_on,
       CASE
           WHEN code_of(quality_service) IS NULL THEN 'missing_value:quality_service'
           WHEN code_of(organisation_code) IS NULL THEN 'missing_value:organisation_code'
           WHEN text_of(from_on) IS NULL THEN 'missing_value:from_on'
           WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code'
           WHEN published_day_of(text_of(from_on)) IS NULL THEN 'bad_date:from_on'
           WHEN text_of(to_on) IS NOT NULL AND published_day_of(text_of(to_on)) IS NULL THEN 'bad_date:to_on'
           WHEN published_day_of(text_of(to_on)) < published_day_of(text_of(from_on)) THEN 'bad_date:to_on'
       END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept

-- name: typed_dementia_data_date
-- When a practice's dementia data were last submitted. Blank or NA: never, as far as the file shows.
SELECT row_number, carried, organisation_code, latest_on,
       contract_year_of(latest_on) AS period_start, published_region_of(region_code) AS region_code, published_area_of(icb_code) AS icb_code,
       published_area_of(sub_icb_code) AS sub_icb_code, published_pcn_of(pcn_code) AS pcn_code,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN NOT is_organisation_code(organisation_code) AND NOT names_no_practice(organisation_code)
               THEN 'bad_code:organisation_code'
           WHEN latest_on IS NULL AND day_text NOT IN ('NA', 'N/A', 'NULL', '.', '-') THEN 'bad_date:latest_data_submission'
           WHEN latest_on > CAST($loaded_at AS DATE) THEN 'submitted_in_future:latest_data_submission'
       END AS fault
FROM (
    SELECT * REPLACE (code_of(organisation_code) AS organisation_code), staged AS carried,
           published_day_of(text_of(latest_data_submission)) AS latest_on, upper(text_of(latest_data_submission)) AS day_text
    FROM staged
) AS cleaned

-- name: typed_diabetes_audit
-- A practice row of the National Diabetes Audit. That the row is there proves that data came: a figure that is hidden or
-- rounded away makes no difference. The quarter is the reader's, from a title or the file's name.
SELECT row_number, carried, day_of(quarter_start) AS period_start, code_of(organisation_code) AS organisation_code,
       text_of(organisation_name) AS organisation_name, whole_number_of(text_of(registrations)) AS registrations,
       CASE WHEN NOT is_organisation_code(code_of(organisation_code)) THEN 'bad_code:organisation_code' END AS fault
FROM (SELECT *, staged AS carried FROM staged) AS kept
