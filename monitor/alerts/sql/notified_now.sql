-- The facts of the items in notified_now: one row an item, as a reader needs them.
WITH
notified AS (
    SELECT t.reason, c.*
    FROM notified_now AS t JOIN data.finding_current AS c ON c.finding_id = t.item_id
),
attempt AS (
    SELECT t.finding_id, max(s.submitted_on) AS last_attempt_on, arg_max(s.outcome, s.submitted_at) AS last_outcome
    FROM notified AS t
    JOIN data.submission_attempt AS s
        ON s.organisation_code = t.organisation_code AND s.return_code = t.return_code
        AND (s.period_start = t.period_start OR s.request_id = t.request_id)
    WHERE s.submitted_on <= $as_of
    GROUP BY t.finding_id
),
period AS (
    SELECT DISTINCT return_code, period_start, period_end, period_label FROM data.period_fact
),
name AS (
    SELECT organisation_code, arg_max(organisation_name, from_on) AS organisation_name
    FROM data.organisation_dated GROUP BY organisation_code
),
-- The absence that begins with the period of a finding: what came last before it, and what ended it.
absence AS (
    SELECT t.finding_id, k.last_received_expected_id, k.ended_by_expected_id
    FROM notified AS t
    JOIN data.return_status_row AS f
        ON f.organisation_code = t.organisation_code AND f.return_code = t.return_code
        AND f.period_start = t.period_start AND f.request_id IS NOT DISTINCT FROM t.request_id
    JOIN data.absence_kept AS k ON k.first_expected_id = f.expected_id
    WHERE t.kind = 'missing_return'
),
beside_it AS (
    SELECT expected_id, period_label, received_at
    FROM data.return_status_row
    WHERE expected_id IN (
        SELECT last_received_expected_id FROM absence UNION ALL SELECT ended_by_expected_id FROM absence
    )
),
-- Of what is resolved: how many of the returns are still missing. They are in other messages, or in this one by one.
still_missed AS (
    SELECT t.finding_id, count(*) AS still_missed
    FROM notified AS t
    JOIN data.return_status_row AS s
        ON s.return_code = t.return_code AND s.period_start = t.period_start AND s.period_end = t.period_end
    WHERE t.reason = 'resolved' AND s.status IN ('not_received', 'rejected')
      AND CASE t.kind
              WHEN 'missing_return'
                  THEN s.organisation_code = t.organisation_code AND s.request_id IS NOT DISTINCT FROM t.request_id
              WHEN 'supplier_gap' THEN contains(supplier_keys(s.supplier), ';' || supplier_key(t.supplier) || ';')
              WHEN 'area_gap' THEN t.area_code IN (s.sub_icb_code, s.icb_code)
              ELSE FALSE
          END
    GROUP BY t.finding_id
),
-- What was said before this message.
notified_before AS (
    SELECT m.item_id, nullif(arg_max(coalesce(m.cause, ''), a.alert_number), '') AS cause_before
    FROM data.alert_item AS m JOIN data.alert AS a USING (alert_id) JOIN notified_now AS t USING (item_id)
    GROUP BY m.item_id
),
by_hand AS (
    SELECT about_id, arg_max(reason, decided_at) AS reason, arg_max(author, decided_at) AS author
    FROM data.decision WHERE decision = 'resolved' GROUP BY about_id
),
-- Of what came without a part: which, in the last period that it stands for.
in_part AS (
    SELECT t.finding_id, arg_max(s.parts_missing, s.period_start) AS parts_missing
    FROM notified AS t
    JOIN data.finding_member AS m USING (finding_key)
    JOIN data.return_status_row AS s USING (expected_id)
    WHERE t.kind = 'parts_missing'
    GROUP BY t.finding_id
),
-- Of rows that could not be read: how many of a file and return, and the first of them.
unread AS (
    SELECT file_name, coalesce(return_code, '') AS return_code, count(DISTINCT row_number) AS unread_rows, min(row_number) AS unread_row,
           arg_min(reason, row_number) AS unread_reason, arg_min(column_name, row_number) AS unread_column
    FROM data.rejected_open GROUP BY ALL
),
finding AS (
    SELECT t.finding_id AS item_id, t.reason, t.kind, t.severity, t.return_code, r.return_title, t.period_start,
           p.period_label, t.organisation_code, n.organisation_name, coalesce(t.periods, 1) AS periods,
           r.period AS period_kind, l.period_label AS last_received_label, CAST(l.received_at AS DATE) AS last_received_on,
           e.period_label AS ended_by_label, CAST(e.received_at AS DATE) AS ended_on, s.icb_code, s.sub_icb_code, s.pcn_code,
           pcn.organisation_name AS pcn_name, t.supplier, t.area_code, t.request_id, t.due_on, t.cause, t.organisations,
           a.last_attempt_on, a.last_outcome, b.cause_before, s.status, s.cause AS status_cause,
           coalesce(m.still_missed, 0) AS still_missed, CAST(s.received_at AS DATE) AS received_on,
           coalesce(s.gms_reference, r.gms_reference) AS gms_reference,
           coalesce(s.pms_reference, r.pms_reference) AS pms_reference, h.reason AS by_hand_reason, h.author AS by_hand_author,
           CAST(c.newest_value AS BIGINT) AS records, c.mean AS usual, c.lower AS usual_low, c.upper AS usual_high,
           t.expectation AS found_by, i.parts_missing, u.unread_rows, u.unread_row, u.unread_reason, u.unread_column
    FROM notified AS t
    LEFT JOIN data.mandatory_return AS r USING (return_code)
    LEFT JOIN period AS p
        ON p.return_code = t.return_code AND p.period_start = t.period_start AND p.period_end = t.period_end
    LEFT JOIN attempt AS a ON a.finding_id = t.finding_id
    LEFT JOIN name AS n ON n.organisation_code = t.organisation_code
    LEFT JOIN data.return_status_row AS s
        ON s.organisation_code = t.organisation_code AND s.return_code = t.return_code
        AND s.period_start = t.period_start AND s.request_id IS NOT DISTINCT FROM t.request_id
    LEFT JOIN absence AS ab ON ab.finding_id = t.finding_id
    LEFT JOIN beside_it AS l ON l.expected_id = ab.last_received_expected_id
    LEFT JOIN beside_it AS e ON e.expected_id = ab.ended_by_expected_id
    LEFT JOIN name AS pcn ON pcn.organisation_code = s.pcn_code
    LEFT JOIN still_missed AS m ON m.finding_id = t.finding_id
    LEFT JOIN notified_before AS b ON b.item_id = t.finding_id
    LEFT JOIN by_hand AS h ON h.about_id = t.finding_id
    LEFT JOIN data.chart_series AS c
        ON t.kind = 'low_volume' AND c.low_volume IS NOT NULL AND c.organisation_code = t.organisation_code
        AND c.return_code = t.return_code AND c.newest_on = t.period_start
    LEFT JOIN in_part AS i ON i.finding_id = t.finding_id
    LEFT JOIN unread AS u
        ON t.kind = 'row_rejected' AND u.file_name = t.expectation AND u.return_code = t.return_code
),
due_soon AS (
    SELECT t.item_id, t.reason, 'due_soon' AS kind, 'info' AS severity, s.return_code, s.return_title, s.period_start,
           s.period_label, s.due_on, s.gms_reference, s.pms_reference, 0 AS still_missed
    FROM notified_now AS t
    JOIN data.return_status_row AS s ON t.item_id = due_soon_id(s.return_code, s.period_start, s.due_on)
    WHERE s.status = 'not_due'
    GROUP BY ALL
)
SELECT * FROM (FROM finding UNION ALL BY NAME FROM due_soon)
ORDER BY severity_rank(severity), return_title, icb_code, sub_icb_code, pcn_code, organisation_code, period_start, item_id
