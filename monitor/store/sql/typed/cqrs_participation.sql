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
