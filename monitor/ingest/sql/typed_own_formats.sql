-- name: typed_organisation
-- A row of an organisations file.
SELECT row_number, carried,
       organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, whole_number_of(list_size_text) AS list_size,
       day_of(opened_on_text) AS opened_on, day_of(closed_on_text) AS closed_on, successor_code,
       day_of(valid_from_text) AS valid_from, day_of(valid_to_text) AS valid_to,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN organisation_name IS NULL THEN 'missing_value:organisation_name'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN organisation_kind NOT IN ('practice', 'pcn', 'trust') THEN 'bad_code:organisation_kind'
           WHEN contract_type NOT IN ('GMS', 'PMS', 'APMS') THEN 'bad_code:contract_type'
           WHEN opened_on_text IS NOT NULL AND day_of(opened_on_text) IS NULL THEN 'bad_date:opened_on'
           WHEN closed_on_text IS NOT NULL AND day_of(closed_on_text) IS NULL THEN 'bad_date:closed_on'
           WHEN valid_from_text IS NOT NULL AND day_of(valid_from_text) IS NULL THEN 'bad_date:valid_from'
           WHEN valid_to_text IS NOT NULL AND day_of(valid_to_text) IS NULL THEN 'bad_date:valid_to'
           WHEN day_of(valid_to_text) < day_of(valid_from_text) THEN 'bad_date:valid_to'
           WHEN list_size_text IS NOT NULL AND whole_number_of(list_size_text) IS NULL THEN 'bad_number:list_size'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, text_of(organisation_name) AS organisation_name,
           coalesce(lower(text_of(organisation_kind)), 'practice') AS organisation_kind,
           code_of(contract_type) AS contract_type, code_of(icb_code) AS icb_code, text_of(icb_name) AS icb_name,
           code_of(sub_icb_code) AS sub_icb_code, code_of(pcn_code) AS pcn_code,
           text_of(clinical_supplier) AS clinical_supplier, text_of(telephony_supplier) AS telephony_supplier,
           text_of(online_supplier) AS online_supplier, text_of(list_size) AS list_size_text,
           text_of(opened_on) AS opened_on_text, text_of(closed_on) AS closed_on_text,
           code_of(successor_code) AS successor_code,
           text_of(valid_from) AS valid_from_text, text_of(valid_to) AS valid_to_text
    FROM staged
) AS cleaned

-- name: typed_submission
-- A submission log's row: text to values, and the first thing wrong with it. Bound: known returns and this instant.
-- No joins here: the order of the rows is the order of the file. Logs are long, and nearly every cell of them is written
-- the plainest way: that is asked first, of the cell as it stands, and only what is written otherwise is trimmed and read
-- closely. That is decided by CASE and not by OR, AND or coalesce, which work out all that they name for every row.
-- What is one of a few words becomes an ENUM, a byte a row: a long log does not fit into memory, and what is less need
-- not be written to disk.
SELECT row_number, carried,
       organisation_code, return_code, period_start, submitted_at, submitted_on, outcome, record_count,
       text_of(carried.submission_id) AS submission_id, text_of(carried.request_id) AS request_id,
       text_of(carried.detail) AS detail,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL AND text_of(carried.return_code) IS NULL THEN 'missing_value:return_code'
           WHEN period_start IS NULL AND text_of(carried.period_start) IS NULL THEN 'missing_value:period_start'
           WHEN submitted_at IS NULL AND text_of(carried.submitted_at) IS NULL THEN 'missing_value:submitted_at'
           WHEN outcome IS NULL AND text_of(carried.outcome) IS NULL THEN 'missing_value:outcome'
           WHEN NOT code_is_plain AND NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN return_code IS NULL THEN 'unknown_return:return_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN submitted_at IS NULL THEN 'bad_date:submitted_at'
           WHEN outcome IS NULL THEN 'bad_outcome:outcome'
           WHEN record_count IS NULL AND text_of(carried.record_count) IS NOT NULL THEN 'bad_number:record_count'
           WHEN CASE $periods[enum_code(return_code) + 1]
                    WHEN 'month' THEN day(period_start) <> 1
                    WHEN 'quarter' THEN day(period_start) <> 1 OR month(period_start) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(period_start) <> 1 OR month(period_start) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
           WHEN submitted_at > $loaded_at THEN 'submitted_in_future:submitted_at'
           WHEN submitted_on < period_start THEN 'before_period:submitted_at'
       END AS fault
FROM (
    SELECT *, CASE WHEN local_time IS NOT NULL THEN CAST(local_time AS DATE)
                  ELSE CAST(submitted_at AT TIME ZONE 'Europe/London' AS DATE) END AS submitted_on
    FROM (
        SELECT row_number, carried, code_is_plain, local_time, period_start,
               CASE WHEN code_is_plain THEN carried.organisation_code ELSE code_of(carried.organisation_code) END
                   AS organisation_code,
               CASE WHEN plain_return IS NOT NULL THEN plain_return
                    ELSE try_cast(lower(text_of(carried.return_code)) AS known_return) END AS return_code,
               CASE WHEN local_time IS NOT NULL THEN london_instant_of(local_time)
                    ELSE coalesce(CAST(plain_local_time_of(text_of(carried.submitted_at)) AS TIMESTAMPTZ),
                                  instant_of(text_of(carried.submitted_at))) END AS submitted_at,
               CASE WHEN plain_outcome IS NOT NULL THEN plain_outcome
                    ELSE try_cast(lower(text_of(carried.outcome)) AS ENUM ('accepted', 'rejected', 'nil'))
                    END AS outcome,
               CASE WHEN plain_count IS NOT NULL THEN plain_count
                    ELSE whole_number_of(text_of(carried.record_count)) END AS record_count
        FROM (
            SELECT row_number, staged AS carried,
                   is_organisation_code(organisation_code) AS code_is_plain,
                   try_cast(return_code AS known_return) AS plain_return,
                   try_cast(outcome AS ENUM ('accepted', 'rejected', 'nil')) AS plain_outcome,
                   plain_local_time_of(submitted_at) AS local_time,
                   whole_number_of(record_count) AS plain_count,
                   CASE WHEN period_start LIKE '2___-__-01' THEN try_cast(period_start AS DATE)
                        ELSE day_of(text_of(period_start)) END AS period_start
            FROM staged
        ) AS plain
    ) AS cleaned
) AS typed

-- name: typed_request
-- A row of a requests file. Bound: the known returns.
SELECT row_number, carried, request_id, organisation_code, return_code,
       day_of(requested_on_text) AS requested_on, day_of(due_on_text) AS due_on, subject,
       CASE
           WHEN request_id IS NULL THEN 'missing_value:request_id'
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN requested_on_text IS NULL THEN 'missing_value:requested_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN day_of(requested_on_text) IS NULL THEN 'bad_date:requested_on'
           WHEN due_on_text IS NOT NULL AND day_of(due_on_text) IS NULL THEN 'bad_date:due_on'
           WHEN day_of(due_on_text) < day_of(requested_on_text) THEN 'bad_date:due_on'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, text_of(request_id) AS request_id, code_of(organisation_code) AS organisation_code,
           lower(text_of(return_code)) AS return_code, text_of(requested_on) AS requested_on_text,
           text_of(due_on) AS due_on_text, text_of(subject) AS subject
    FROM staged
) AS cleaned

-- name: typed_notice
-- A row of a notices file. Bound: the known returns. Scope and kind are codes of the contract.
SELECT row_number, carried, notice_id, return_code, kind, day_of(period_start_text) AS period_start, scope, scope_value,
       day_of(new_due_on_text) AS new_due_on, day_of(from_on_text) AS from_on, day_of(to_on_text) AS to_on,
       reason, reference,
       CASE
           WHEN notice_id IS NULL THEN 'missing_value:notice_id'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN kind IS NULL THEN 'missing_value:kind'
           WHEN scope IS NULL THEN 'missing_value:scope'
           WHEN reason IS NULL THEN 'missing_value:reason'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN kind NOT IN ('paused', 'exempt', 'extended', 'incident') THEN 'bad_code:kind'
           WHEN scope NOT IN ('national', 'supplier', 'icb', 'organisation') THEN 'bad_code:scope'
           WHEN scope <> 'national' AND scope_value IS NULL THEN 'missing_value:scope_value'
           WHEN kind = 'extended' AND new_due_on_text IS NULL THEN 'missing_value:new_due_on'
           WHEN period_start_text IS NOT NULL AND day_of(period_start_text) IS NULL THEN 'bad_date:period_start'
           WHEN new_due_on_text IS NOT NULL AND day_of(new_due_on_text) IS NULL THEN 'bad_date:new_due_on'
           WHEN from_on_text IS NOT NULL AND day_of(from_on_text) IS NULL THEN 'bad_date:from_on'
           WHEN to_on_text IS NOT NULL AND day_of(to_on_text) IS NULL THEN 'bad_date:to_on'
           WHEN day_of(to_on_text) < day_of(from_on_text) THEN 'bad_date:to_on'
           WHEN CASE $periods[list_position($return_codes, return_code)]
                    WHEN 'month' THEN day(day_of(period_start_text)) <> 1
                    WHEN 'quarter' THEN day(day_of(period_start_text)) <> 1
                                        OR month(day_of(period_start_text)) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(day_of(period_start_text)) <> 1 OR month(day_of(period_start_text)) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, text_of(notice_id) AS notice_id, lower(text_of(return_code)) AS return_code,
           lower(text_of(kind)) AS kind, text_of(period_start) AS period_start_text, lower(text_of(scope)) AS scope,
           CASE WHEN lower(text_of(scope)) IN ('icb', 'organisation') THEN code_of(scope_value)
                ELSE text_of(scope_value) END AS scope_value,
           text_of(new_due_on) AS new_due_on_text, text_of(from_on) AS from_on_text, text_of(to_on) AS to_on_text,
           text_of(reason) AS reason, text_of(reference) AS reference
    FROM staged
) AS cleaned

-- name: typed_participation
-- A row of a participation file. Bound: the known returns.
SELECT row_number, carried, organisation_code, return_code, state, day_of(from_on_text) AS from_on, day_of(to_on_text) AS to_on,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN state IS NULL THEN 'missing_value:state'
           WHEN from_on_text IS NULL THEN 'missing_value:from_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN state NOT IN ('accepted', 'pending', 'declined', 'withdrawn') THEN 'bad_code:state'
           WHEN day_of(from_on_text) IS NULL THEN 'bad_date:from_on'
           WHEN to_on_text IS NOT NULL AND day_of(to_on_text) IS NULL THEN 'bad_date:to_on'
           WHEN day_of(to_on_text) < day_of(from_on_text) THEN 'bad_date:to_on'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, lower(text_of(return_code)) AS return_code,
           lower(text_of(state)) AS state, text_of(from_on) AS from_on_text, text_of(to_on) AS to_on_text
    FROM staged
) AS cleaned
