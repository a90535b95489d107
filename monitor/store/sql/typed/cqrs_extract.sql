-- One field of a CQRS submission: whose, about which day, and when it was sent (London time). Two ways of writing days in
-- one row. Bound: this instant.
SELECT row_number, carried, quality_service, organisation_code,
       return_of_indicator(quality_service, indicator) AS return_code, achieved_on,
       contract_year_of(achieved_on) AS period_start, CAST(sent_at AS TIMESTAMPTZ) AS submitted_at,
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
