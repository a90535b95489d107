SELECT organisation_code, any_value(organisation_name) AS organisation_name, any_value(organisation_kind) AS organisation_kind,
       any_value(opened_on) AS opened_on, any_value(closed_on) AS closed_on
FROM data.organisation_dated WHERE organisation_code = $organisation_code GROUP BY organisation_code
