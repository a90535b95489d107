-- The organisations whose codes are nearest to what was typed.
SELECT organisation_code, any_value(organisation_name) AS organisation_name
FROM data.organisation_dated
GROUP BY organisation_code
ORDER BY damerau_levenshtein(organisation_code, $organisation_code), organisation_code
LIMIT 5
