-- name: explain_doubt
-- Rejected rows that may be about this return, organisation and period (or request).
SELECT f.file_name, d.row_number, r.reason, r.column_name, r.row_text
FROM data.row_in_doubt AS d
JOIN data.rejected_row AS r ON r.file_id = d.file_id AND r.row_number = d.row_number
JOIN data.loaded_file AS f ON f.file_id = d.file_id
WHERE coalesce(d.organisation_code = $organisation_code, TRUE) AND coalesce(d.return_code = $return_code, TRUE)
  AND (d.request_id = nullif($request_id, '')
       OR CASE WHEN d.period_on IS NOT NULL THEN d.period_on BETWEEN $period_start AND $period_end
               ELSE ($request_id = '' OR d.request_id IS NULL)
                   AND coalesce(d.from_on <= $period_end, TRUE) AND coalesce(d.to_on >= $period_end, TRUE) END)
ORDER BY f.file_name, d.row_number

-- name: explain_register
-- What the register says of it that could not be read, and decides what it owes.
SELECT file_name, row_number, reason, column_name, cell_text
FROM data.register_in_doubt
WHERE organisation_code = $organisation_code
ORDER BY file_name, row_number, column_name

-- name: explain_facts
-- What each source says last, at or before the day, of where the organisation belongs and who supplies it; the first of each
-- fact is the one that holds: an organisations file of one's own, then the latest statement, then the most trusted source.
WITH
own AS (
    SELECT file_id, row_number, 'organisations' AS source, 0 AS trust, coalesce(valid_from, DATE '1900-01-01') AS at_on,
           sub_icb_code, pcn_code, clinical_supplier, telephony_supplier, online_supplier
    FROM data.organisation_row
    WHERE organisation_code = $organisation_code
),
published AS (
    SELECT p.file_id, p.row_number, p.source, t.trust, p.at_on,
           p.sub_icb_code, p.pcn_code, p.clinical_supplier, p.telephony_supplier, p.online_supplier
    FROM data.published_fact AS p JOIN data.fact_source AS t USING (source)
    WHERE p.organisation_code = $organisation_code AND t.is_about_organisations
),
stated AS (
    SELECT fact, value, source, trust, at_on, file_id, row_number
    FROM (SELECT * FROM own UNION ALL SELECT * FROM published) AS every_source UNPIVOT (
        value FOR fact IN (sub_icb_code, pcn_code, clinical_supplier, telephony_supplier, online_supplier)
    )
    WHERE at_on <= $period_end
),
latest AS (
    SELECT s.*, f.file_name, row_number() OVER (
        PARTITION BY s.fact, split_part(s.source, ',', 1)   -- "ePCN, membership ended" is ePCN
        ORDER BY s.at_on DESC, s.trust, f.edition_on DESC NULLS LAST, f.edition_version DESC, s.file_id DESC, s.row_number DESC
    ) AS recency
    FROM stated AS s JOIN data.loaded_file AS f USING (file_id)
)
SELECT fact, nullif(value, '') AS value, source, nullif(at_on, DATE '1900-01-01') AS at_on, file_name, row_number, file_id
FROM latest
WHERE recency = 1
ORDER BY fact, source <> 'organisations', at_on DESC, trust

-- name: explain_gaps
-- How many of those expected to send through each of its suppliers, or in its area, did not.
SELECT 'supplier' AS kind, coalesce(n.supplier_name, s.supplier_key) AS name,
       count(DISTINCT e.organisation_code) AS organisations,
       count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_code END) AS missed
FROM expected_return AS own
JOIN data.supplier_set AS s ON s.supplier_keys = own.supplier_keys
JOIN data.supplier_set AS same ON same.supplier_key = s.supplier_key
JOIN expected_return AS e
    ON e.supplier_keys = same.supplier_keys AND e.return_code = own.return_code AND e.period_start = own.period_start
JOIN status_judged AS j ON j.expected_id = e.expected_id AND j.status <> 'not_required'
LEFT JOIN missed AS m ON m.expected_id = e.expected_id
LEFT JOIN data.supplier_name AS n ON n.supplier_key = s.supplier_key
WHERE own.expected_id = $expected_id
GROUP BY 1, 2
UNION ALL
SELECT 'sub-ICB', own.sub_icb_code, count(DISTINCT e.organisation_code),
       count(DISTINCT CASE WHEN m.expected_id IS NOT NULL THEN e.organisation_code END)
FROM expected_return AS own
JOIN expected_return AS e
    ON e.sub_icb_code = own.sub_icb_code AND e.return_code = own.return_code AND e.period_start = own.period_start
JOIN status_judged AS j ON j.expected_id = e.expected_id AND j.status <> 'not_required'
LEFT JOIN missed AS m ON m.expected_id = e.expected_id
LEFT JOIN explained AS x ON x.expected_id = e.expected_id
WHERE own.expected_id = $expected_id AND x.expected_id IS NULL
GROUP BY 1, 2
ORDER BY 1 DESC, 2

-- name: explain_absence
-- The absence that an expected return is part of.
SELECT f.period_label AS first_label, f.period_start AS first_start, f.request_id AS first_request, a.periods, b.period_label AS last_received_label, n.period_label AS ended_by_label
FROM absence_member AS m
JOIN absence_span AS a USING (absence_id)
JOIN expected_return AS f ON f.expected_id = a.first_expected_id
LEFT JOIN expected_return AS b ON b.expected_id = a.last_received_expected_id
LEFT JOIN expected_return AS n ON n.expected_id = a.ended_by_expected_id
WHERE m.expected_id = $expected_id

-- name: explain_published_before
-- The last period before this one for which each publication showed data of the organisation.
SELECT source, max(period_start) AS period_start
FROM newest_evidence
WHERE organisation_code = $organisation_code AND return_code = $return_code AND period_start < $period_start
  AND outcome = 'accepted' AND NOT absence_tells
GROUP BY source ORDER BY source

-- name: explain_history
-- The returns before one, the newest first: three that count in its own history, and those between that do not.
WITH
before AS (
    SELECT e.period_label, e.period_start, e.request_id, j.status,
           j.status NOT IN ('received', 'received_late') AND h.expected_id IS NULL AS is_left_out
    FROM status_judged AS j
    JOIN expected_return AS e USING (expected_id)
    LEFT JOIN own_history AS h USING (expected_id)
    WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND j.status <> 'not_required'
      AND (e.period_start, e.request_id) < ($period_start, $request_id)
),
counted AS (
    SELECT *, coalesce(count(*) FILTER (NOT is_left_out) OVER (
        ORDER BY period_start DESC, request_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS counted_since
    FROM before
)
SELECT period_label, status, is_left_out
FROM counted WHERE counted_since < 3
ORDER BY period_start DESC, request_id DESC
LIMIT 6

-- name: explain_notices
SELECT a.notice_id, a.kind, a.scope, a.scope_value, a.new_due_on, n.reason, n.reference, f.file_name, n.row_number, f.file_id
FROM applying_notice AS a
JOIN current_notice AS n USING (notice_id)
JOIN data.loaded_file AS f USING (file_id)
WHERE a.expected_id = $expected_id
ORDER BY a.notice_id

-- name: explain_row
SELECT e.*, r.return_title, r.due_rule,
       s.status, s.cause, s.received_at, s.days_late, s.days_overdue, s.attempts, s.record_count, s.evidence,
       s.in_action_period, j.is_source_loaded
FROM expected_return AS e
JOIN mandatory_return AS r USING (return_code)
JOIN status_judged AS j USING (expected_id)
JOIN return_status_row AS s USING (expected_id)
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND e.period_start = $period_start
ORDER BY e.request_id

-- name: explain_short_feed
SELECT measure, found, usual, periods_compared, released_at, released_by, released_because
FROM short_feed
WHERE return_code = $return_code AND period_start = $period_start
ORDER BY measure

-- name: explain_submissions
-- Every submission and piece of published evidence about this return, organisation and period (or request).
-- standing: of published evidence, whether it is what its publication says now, and whether that publication holds.
SELECT CAST(s.submitted_at AS VARCHAR) AS submitted_at, s.submitted_on, s.outcome, s.record_count, s.detail,
       NULL AS source, NULL AS edition_on, NULL AS edition_version, NULL AS standing, f.file_name, s.row_number, f.file_id
FROM data.submission_attempt AS s
JOIN data.loaded_file AS f USING (file_id)
WHERE s.organisation_code = $organisation_code AND s.return_code = $return_code
  AND (s.period_start BETWEEN $period_start AND $period_end OR ($request_id <> '' AND s.request_id = $request_id))
  AND s.submitted_on <= $as_of
UNION ALL
SELECT NULL, NULL, e.outcome, e.record_count, e.detail, e.source, f.edition_on, f.edition_version,
       CASE WHEN $period_end > $as_of THEN 'counts from the end of the period on'
            WHEN c.file_id IS NOT NULL THEN 'holds'
            WHEN t.file_id IS NOT NULL THEN 'another publication holds'
            ELSE 'restated since' END,
       f.file_name, e.row_number, f.file_id
FROM data.published_evidence AS e
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN stated_evidence AS t
    ON t.expected_id = $expected_id AND t.file_id = e.file_id AND t.row_number = e.row_number AND t.source = e.source
LEFT JOIN current_evidence AS c
    ON c.expected_id = $expected_id AND c.file_id = e.file_id AND c.row_number = e.row_number AND t.file_id IS NOT NULL
WHERE e.organisation_code = $organisation_code AND e.return_code = $return_code AND e.period_start = $period_start
ORDER BY submitted_on NULLS LAST, submitted_at, edition_on, edition_version, file_name, row_number
