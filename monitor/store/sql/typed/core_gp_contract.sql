-- One figure of an indicator: which return it is evidence for, if any, and whether it is shown or hidden (*). The contract
-- year is the one that holds the day of achievement.
SELECT row_number, carried, day_on AS achieved_on, contract_year_of(day_on) AS period_start, organisation_code,
       return_of_indicator(service, indicator) AS return_code,
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
