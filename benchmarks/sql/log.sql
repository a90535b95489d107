-- A submission log of getvariable('rows') rows: several attempts a return and month; a few repeated and malformed rows.
SELECT 'Z' || (10000 + i % 6200) AS organisation_code,
       ['workforce', 'appointments', 'digital_telephony', 'online_and_video_consultations'][1 + (i // 6200) % 4]
           AS return_code,
       (DATE '2024-10-01' + to_months(((i // 24800) % 17)::INTEGER))::DATE AS period_start,
       strftime(period_start + to_seconds(2000000 + i % 1000003), '%Y-%m-%dT%H:%M:%S') AS submitted_at,
       CASE WHEN n % 100000 = 77 THEN 'unclear' WHEN i % 25 = 3 THEN 'rejected' ELSE 'accepted' END AS outcome,
       10 + i % 997 AS record_count, 'S-' || lpad(i::VARCHAR, 9, '0') AS submission_id, NULL AS request_id,
       CASE WHEN i % 10 = 4 THEN 'sent again after a correction' END AS detail
FROM (SELECT n, CASE WHEN n % 10000 = 9999 THEN n - 5000 ELSE n END AS i FROM range(getvariable('rows')) AS r(n)) AS numbered
