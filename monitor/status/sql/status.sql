-- name: status
-- The status of each expected return: the first rule that holds. One rule a line, in the order of the rules.

-- The day of the registered-list file nearest to each period's end (the later one where two are as near).
CREATE OR REPLACE TEMP TABLE nearest_list AS
WITH
period_end AS (SELECT DISTINCT period_end FROM period_fact WHERE owed_by = 'practice'),
extract AS (SELECT DISTINCT extract_on FROM data.registered_list_row),
ranked AS (
    SELECT p.period_end, x.extract_on, row_number() OVER (
        PARTITION BY p.period_end ORDER BY abs(date_diff('day', x.extract_on, p.period_end)), x.extract_on DESC
    ) AS nearness
    FROM period_end AS p CROSS JOIN extract AS x
)
SELECT period_end, extract_on FROM ranked WHERE nearness = 1;

CREATE OR REPLACE TEMP TABLE not_listed AS
SELECT e.expected_id
FROM expected_return AS e
JOIN nearest_list AS n USING (period_end)
LEFT JOIN (SELECT DISTINCT extract_on, organisation_code FROM data.registered_list_row) AS l
    ON l.extract_on = n.extract_on AND l.organisation_code = e.organisation_code
WHERE e.owed_by = 'practice' AND l.organisation_code IS NULL
  AND coalesce(e.opened_on <= n.extract_on, TRUE) AND coalesce(e.closed_on >= n.extract_on, TRUE);

CREATE OR REPLACE TEMP TABLE status_judged AS
WITH
applying AS (
    SELECT expected_id,
           max(CASE WHEN kind = 'paused' THEN 1 ELSE 0 END) = 1 AS is_paused,
           max(CASE WHEN kind = 'exempt' THEN 1 ELSE 0 END) = 1 AS is_exempt
    FROM applying_notice GROUP BY expected_id
),
-- From when to when the organisation must be open: every day of a month or quarter, one day of anything else.
needed AS (
    SELECT *,
           CASE WHEN period IN ('month', 'quarter') THEN period_start
                WHEN period = 'request' THEN period_end ELSE coalesce(due_on, period_end) END AS open_from_on,
           CASE WHEN period IN ('month', 'quarter') THEN period_end
                WHEN period = 'request' THEN period_end ELSE coalesce(due_on, period_end) END AS open_to_on
    FROM expected_return
),
unread AS (
    SELECT count(*) AS parts FROM data.unread_inbox
    WHERE parts > 0 AND note_number = (SELECT max(note_number) FROM data.unread_inbox)
),
fact AS (
    SELECT e.expected_id, e.period_id, e.span_id, e.organisation_number, e.request_id,
           e.due_on, e.original_due_on, e.due_basis, e.period_end, e.kind, e.grace_days,
           coalesce(a.attempts, b.attempts, 0) AS attempts,
           coalesce(a.received_at, b.received_at) AS received_at,
           coalesce(a.rejected_at, b.rejected_at) AS rejected_at,
           coalesce(a.place, b.place) AS place,
           coalesce(a.record_count, b.record_count) AS submitted_count, v.record_count AS published_count,
           v.outcome AS evidence_outcome, v.participating,
           CASE WHEN w.expected_id IS NOT NULL THEN 'call-backs, which its supplier does not send' ELSE v.parts_missing END AS parts_missing,
           v.file_id AS evidence_file_id, v.row_number AS evidence_row_number,
           CASE WHEN n.is_paused THEN 'paused'
                WHEN n.is_exempt THEN 'exempt'
                WHEN NOT (coalesce(e.opened_on <= e.open_from_on, TRUE) AND coalesce(e.closed_on >= e.open_to_on, TRUE))
                    THEN 'not_open'
                WHEN e.owed_by = 'practice' AND e.contract_types <> '' AND e.contract_type IS NOT NULL
                    AND NOT contains(e.contract_types, ';' || upper(e.contract_type) || ';') THEN 'contract_type'
           END AS not_required_cause,
           -- What was sent is received, whatever a register or a list says.
           CASE WHEN e.period IN ('month', 'quarter') AND e.closed_on = e.period_end THEN 'closing'
                WHEN e.is_dormant THEN 'dormant'
                WHEN l.expected_id IS NOT NULL THEN 'no_registered_patients'
           END AS not_required_unsent_cause,
           CASE WHEN e.kind = 'on_request' THEN r.return_code IS NOT NULL ELSE s.return_code IS NOT NULL END
               AS is_source_loaded,
           d.expected_id IS NOT NULL AS is_in_doubt,
           g.expected_id IS NOT NULL AS is_no_longer_published,
           -- An attempt of its own is more than any publication that does not name it.
           (coalesce(s.is_partial, FALSE) OR i.sub_icb_code IS NOT NULL OR c.icb_code IS NOT NULL) AND a.place IS NULL AND b.place IS NULL
               AS is_source_partial,
           NOT coalesce(s.absence_tells, TRUE) AND v.outcome IS NULL AND a.place IS NULL AND b.place IS NULL
               AS is_absence_untold,
           u.return_code IS NOT NULL AS is_unchecked
    FROM needed AS e
    LEFT JOIN applying AS n USING (expected_id)
    LEFT JOIN not_listed AS l USING (expected_id)
    LEFT JOIN attempt_by_period AS a
        ON a.period_id = e.period_id AND a.organisation_number = e.organisation_number
    LEFT JOIN attempt_one_by_one AS b USING (expected_id)
    LEFT JOIN current_evidence AS v USING (expected_id)
    LEFT JOIN without_call_backs AS w USING (expected_id)
    LEFT JOIN answered_return AS r ON r.return_code = e.return_code
    LEFT JOIN in_doubt AS d USING (expected_id)
    LEFT JOIN no_longer_published AS g USING (expected_id)
    LEFT JOIN loaded_source AS s ON s.return_code = e.return_code AND s.period_start = e.period_start
    LEFT JOIN incomplete_area AS i
        ON i.return_code = e.return_code AND i.period_start = e.period_start AND i.sub_icb_code = e.sub_icb_code
    LEFT JOIN unnamed_icb AS c
        ON c.return_code = e.return_code AND c.period_start = e.period_start AND c.icb_code = e.icb_code
    LEFT JOIN unchecked_return AS u ON u.return_code = e.return_code
),
dated AS (
    -- Published evidence decides where it shows data and no receipt is dated, or where there was no attempt at all.
    SELECT f.*, CAST(received_at AT TIME ZONE 'Europe/London' AS DATE) AS received_on,
           q.as_of >= f.period_end AND f.evidence_outcome IS NOT NULL
               AND (f.place IS NULL OR f.received_at IS NULL AND f.evidence_outcome = 'accepted') AS is_decided_by_evidence,
           CASE WHEN f.kind <> 'event' AND NOT f.is_source_loaded THEN 'source_not_loaded'
                WHEN f.is_in_doubt THEN 'row_rejected'
                WHEN w.parts > 0 THEN 'source_incomplete'   -- of the inbox: it may hold anything
                WHEN f.is_source_partial AND coalesce(f.evidence_outcome <> 'suppressed', TRUE) THEN 'source_incomplete'
                WHEN f.is_no_longer_published AND f.evidence_outcome IS NULL AND f.place IS NULL THEN 'no_longer_published'
                WHEN f.evidence_outcome = 'suppressed' OR f.is_absence_untold THEN 'suppressed'
                WHEN f.evidence_outcome IS NOT NULL AND q.as_of < f.period_end THEN 'suppressed'   -- it counts from then on
                WHEN f.is_unchecked THEN 'could_not_check'
           END AS not_known_cause
    FROM fact AS f CROSS JOIN question AS q CROSS JOIN unread AS w
)
SELECT f.expected_id, f.period_id, f.span_id, f.organisation_number, f.request_id,
       f.due_on, f.original_due_on, f.due_basis, f.attempts, f.received_at, f.received_on,
       CASE WHEN f.is_decided_by_evidence THEN f.evidence_file_id ELSE file_of(f.place) END AS evidence_file_id,
       CASE WHEN f.is_decided_by_evidence THEN f.evidence_row_number ELSE row_of(f.place) END AS evidence_row_number,
       CASE WHEN f.is_decided_by_evidence THEN f.published_count ELSE f.submitted_count END AS record_count,
       f.evidence_outcome, f.participating, f.parts_missing, f.is_source_loaded,
       CASE
           WHEN f.not_required_cause IS NOT NULL THEN 'not_required'
           WHEN f.received_on > f.due_on THEN 'received_late'
           WHEN f.received_on IS NOT NULL THEN 'received'
           WHEN f.evidence_outcome = 'accepted' AND q.as_of >= f.period_end THEN 'received'
           WHEN f.not_required_unsent_cause IS NOT NULL THEN 'not_required'
           WHEN f.kind = 'event' THEN 'no_event'
           WHEN f.due_on IS NULL THEN 'no_due_date'
           WHEN q.as_of <= f.due_on THEN 'not_due'
           WHEN q.as_of <= f.due_on + f.grace_days THEN 'in_grace'
           WHEN f.not_known_cause IS NOT NULL THEN 'not_known'
           WHEN f.rejected_at IS NOT NULL OR f.evidence_outcome = 'rejected' THEN 'rejected'
           ELSE 'not_received'
       END AS status,
       coalesce(f.not_required_cause, f.not_required_unsent_cause) AS not_required_cause, f.not_known_cause
FROM dated AS f CROSS JOIN question AS q;

DROP TABLE attempt_by_period;

-- name: return_status
-- The answer, one row an expected return, for those that the settings ask to report on: what differs from row to row.
-- The facts that many rows share stand beside it, and return_status_row.sql puts them together.

-- The day that the answer is about: from it the days that pass are counted, wherever they are read.
CREATE OR REPLACE TEMP VIEW status_day AS SELECT as_of FROM question;

-- By the ICBs of the day asked about: with all their history.
CREATE OR REPLACE TEMP TABLE reported_organisation AS
SELECT DISTINCT f.organisation_number
FROM organisation_fact AS f
JOIN icb_member AS m ON m.organisation_code = f.organisation_code
JOIN reported_icb AS r ON r.icb_code = m.icb_code;

CREATE OR REPLACE TEMP VIEW status_kept AS
WITH
in_action AS (
    SELECT DISTINCT e.due_on
    FROM (SELECT DISTINCT due_on FROM status_judged) AS e
    JOIN collective_action AS a ON e.due_on >= a.start_on AND coalesce(e.due_on <= a.end_on, TRUE)
)
SELECT j.expected_id, j.period_id, j.span_id, nullif(j.request_id, '') AS request_id,
       j.due_on, j.original_due_on, j.due_basis, j.status,
       CASE j.status WHEN 'not_required' THEN j.not_required_cause WHEN 'not_known' THEN j.not_known_cause ELSE c.cause END AS cause,
       j.received_at,
       CASE WHEN j.status = 'received_late' THEN CAST(date_diff('day', j.due_on, j.received_on) AS INTEGER) END AS days_late,
       j.attempts, j.record_count, j.evidence_file_id, j.evidence_row_number,
       a.due_on IS NOT NULL AS in_action_period,
       j.status NOT IN ('not_required', 'no_event', 'no_due_date', 'not_due', 'in_grace')
           AND coalesce(q.as_of > j.due_on, FALSE) AS is_due,
       j.status IN ('not_received', 'rejected') AS is_missed,
       m.absence_id,
       -- It is received all the same; what it came without is another question.
       CASE WHEN j.status IN ('received', 'received_late') THEN nullif(j.parts_missing, '') END AS parts_missing
FROM status_judged AS j
LEFT JOIN cause AS c USING (expected_id)
LEFT JOIN absence_member AS m USING (expected_id)
LEFT JOIN in_action AS a ON a.due_on = j.due_on
CROSS JOIN question AS q
WHERE NOT EXISTS (SELECT 1 FROM reported_icb)
   OR j.organisation_number IN (SELECT organisation_number FROM reported_organisation);

-- Which supplier or area each explained gap is counted with: what one finding stands for.
CREATE OR REPLACE TEMP TABLE gap_membership AS
SELECT c.expected_id, w.return_code, w.period_start, w.period_end, 'supplier_gap' AS gap_kind,
       w.supplier_key AS gap_key, n.supplier_name AS gap_name, c.cause
FROM cause AS c
JOIN within_supplier_gap AS w USING (expected_id)
LEFT JOIN data.supplier_name AS n USING (supplier_key)
WHERE c.cause = 'supplier_wide'
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'supplier_gap', i.supplier_key,
       coalesce(n.supplier_name, i.supplier_key), c.cause
FROM cause AS c
JOIN incident AS i USING (expected_id)
JOIN expected_return AS e USING (expected_id)
LEFT JOIN data.supplier_name AS n USING (supplier_key)
WHERE c.cause = 'known_incident' AND i.supplier_key IS NOT NULL
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'area_gap', i.area_code, i.area_code, c.cause
FROM cause AS c
JOIN incident AS i USING (expected_id)
JOIN expected_return AS e USING (expected_id)
WHERE c.cause = 'known_incident' AND i.supplier_key IS NULL AND i.area_code IS NOT NULL
UNION ALL
SELECT c.expected_id, e.return_code, e.period_start, e.period_end, 'area_gap', e.sub_icb_code, e.sub_icb_code, c.cause
FROM cause AS c
JOIN expected_return AS e USING (expected_id)
WHERE c.cause = 'area_wide';
