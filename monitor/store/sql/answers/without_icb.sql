SELECT count(DISTINCT organisation_code) AS organisations
FROM data.organisation_dated
WHERE to_on = DATE '9999-12-31' AND icb_code IS NULL AND closed_on IS NULL
