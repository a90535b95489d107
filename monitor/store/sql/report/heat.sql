-- The rows of the heat maps of one kind of area, one row an organisation and return: its periods and, beside them, the
-- status of each. Of several requests in one month the status is the one that most needs a look.
WITH cell AS (
    SELECT @area AS area_code, return_code, organisation_code, any_value(organisation_name) AS organisation_name, slot_start,
           arg_min(status, CASE status WHEN 'not_received' THEN 1 WHEN 'rejected' THEN 2 WHEN 'not_known' THEN 3
                                       WHEN 'received_late' THEN 4 WHEN 'received' THEN 5 ELSE 6 END) AS status
    FROM report_row WHERE @area IS NOT NULL
    GROUP BY @area, return_code, organisation_code, slot_start
)
SELECT area_code, return_code, organisation_code, any_value(organisation_name) AS organisation_name,
       list(slot_start ORDER BY slot_start) AS slots, list(status ORDER BY slot_start) AS statuses
FROM cell
GROUP BY area_code, return_code, organisation_code
ORDER BY area_code, return_code, organisation_code
