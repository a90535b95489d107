-- One month of the appointments crosstab, getvariable('rows') lines: every practice in some 160 combinations.
SELECT '01DEC2025' AS APPOINTMENT_MONTH_START_DATE, 'Z' || (10000 + i % 6200) AS GP_CODE,
       'THE SURGERY, HIGH STREET' AS GP_NAME, ['EMIS', 'TPP', 'VISION/CEGEDIM'][1 + i % 3] AS SUPPLIER,
       'U' || (10000 + i % 1200) AS PCN_CODE, 'A FICTION PCN WITH A LONGISH NAME' AS PCN_NAME,
       lpad((i % 106)::VARCHAR, 3, '0') AS SUB_ICB_LOCATION_CODE,
       'NHS Fiction ICB - A place with a name' AS SUB_ICB_LOCATION_NAME,
       ['GP', 'Other Practice staff', 'Unknown'][1 + (i // 6200) % 3] AS HCP_TYPE,
       ['Face-to-Face', 'Telephone', 'Home Visit', 'Video Conference/Online', 'Unknown'][1 + (i // 18600) % 5] AS APPT_MODE,
       'General Consultation Routine ' || (i // 93000) AS NATIONAL_CATEGORY, '8  to 14 Days' AS TIME_BETWEEN_BOOK_AND_APPT,
       1 + i % 300 AS COUNT_OF_APPOINTMENTS, 'Attended' AS APPT_STATUS
FROM range(getvariable('rows')) AS r(i)
