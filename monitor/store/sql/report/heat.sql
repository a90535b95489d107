-- The cells of the heat maps of one kind of area: of several requests in one month the one that most needs a look.
SELECT @area AS area_code, return_code, organisation_code, any_value(organisation_name) AS organisation_name, slot_start,
       arg_min(status, CASE status WHEN 'not_received' THEN 1 WHEN 'rejected' THEN 2 WHEN 'not_known' THEN 3
                                   WHEN 'received_late' THEN 4 WHEN 'received' THEN 5 ELSE 6 END) AS status
FROM report_row WHERE @area IS NOT NULL
GROUP BY @area, return_code, organisation_code, slot_start
ORDER BY area_code, return_code, organisation_code, slot_start
