-- What people write is read by the written_..._of macros. Only what a row needs can reject it; a value that it need not
-- have and that cannot be read is left out, and staging.py sees to it that it is kept in data.rejected_value.

-- name: typed_organisation
-- A row of an organisations file. No practice leaves the register for a cell that it need not have: it would owe nothing.
-- A kind that cannot be read is worked out from the code; a day that would turn a span round is none.
SELECT row_number, carried,
       organisation_code, organisation_name,
       CASE WHEN organisation_kind_of(kind_text) IS NOT NULL THEN organisation_kind_of(kind_text)
            WHEN organisation_code GLOB 'U[0-9][0-9][0-9][0-9][0-9]' AND kind_text IS NOT NULL THEN 'pcn'
            WHEN organisation_code GLOB '[RT]??' AND kind_text IS NOT NULL THEN 'trust'
            ELSE 'practice' END AS organisation_kind,
       contract_type_of(contract_type_text) AS contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, written_number_of(list_size_text) AS list_size,
       opened_on, CASE WHEN closed_on >= opened_on OR opened_on IS NULL THEN closed_on END AS closed_on, successor_code,
       valid_from, CASE WHEN valid_to >= valid_from OR valid_from IS NULL THEN valid_to END AS valid_to,
       kind_text IS NULL OR organisation_kind_of(kind_text) IS NOT NULL AS kind_is_read,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN organisation_name IS NULL THEN 'missing_value:organisation_name'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
       END AS fault
FROM (
    SELECT * REPLACE (written_day_of(opened_on) AS opened_on, written_day_of(closed_on) AS closed_on,
                      written_day_of(valid_from) AS valid_from, written_day_of(valid_to) AS valid_to)
    FROM (
        SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code,
               text_of(organisation_name) AS organisation_name, word_of(organisation_kind) AS kind_text,
               word_of(contract_type) AS contract_type_text, code_of(icb_code) AS icb_code, text_of(icb_name) AS icb_name,
               code_of(sub_icb_code) AS sub_icb_code, code_of(pcn_code) AS pcn_code,
               published_supplier_of(clinical_supplier) AS clinical_supplier,
               published_supplier_of(telephony_supplier) AS telephony_supplier,
               published_supplier_of(online_supplier) AS online_supplier, word_of(list_size) AS list_size_text,
               word_of(opened_on) AS opened_on, word_of(closed_on) AS closed_on, code_of(successor_code) AS successor_code,
               word_of(valid_from) AS valid_from, word_of(valid_to) AS valid_to
        FROM staged
    ) AS words
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
       text_of(carried.submission_id) AS submission_id, word_of(carried.request_id) AS request_id,
       text_of(carried.detail) AS detail,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL AND word_of(carried.return_code) IS NULL THEN 'missing_value:return_code'
           WHEN period_start IS NULL AND word_of(carried.period_start) IS NULL THEN 'missing_value:period_start'
           WHEN submitted_at IS NULL AND word_of(carried.submitted_at) IS NULL THEN 'missing_value:submitted_at'
           WHEN outcome IS NULL AND word_of(carried.outcome) IS NULL THEN 'missing_value:outcome'
           WHEN NOT code_is_plain AND NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN return_code IS NULL THEN 'unknown_return:return_code'
           WHEN period_start IS NULL THEN 'bad_date:period_start'
           WHEN submitted_at IS NULL THEN 'bad_date:submitted_at'
           WHEN outcome IS NULL THEN 'bad_outcome:outcome'
           WHEN CASE $periods[enum_code(return_code) + 1]
                    WHEN 'month' THEN day(period_start) <> 1
                    WHEN 'quarter' THEN day(period_start) <> 1 OR month(period_start) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(period_start) <> 1 OR month(period_start) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
           WHEN submitted_at > $loaded_at THEN 'submitted_in_future:submitted_at'
           -- What was sent before its period began is early, and counts; long before it is a slip of the pen.
           WHEN submitted_on < period_start - 31 THEN 'before_period:submitted_at'
       END AS fault
FROM (
    SELECT *, CASE WHEN local_time IS NOT NULL THEN CAST(local_time AS DATE)
                  ELSE CAST(submitted_at AT TIME ZONE 'Europe/London' AS DATE) END AS submitted_on
    FROM (
        SELECT row_number, carried, code_is_plain, local_time, organisation_code, return_code, submitted_at, outcome,
               record_count,
               CASE WHEN plain_period IS NOT NULL THEN plain_period
                    -- Of a return that cannot be read, a month or a quarter can be: it says what may be meant.
                    ELSE written_period_of(period_text, coalesce($periods[enum_code(return_code) + 1], 'quarter'))
                    END AS period_start
        FROM (
            SELECT row_number, carried, code_is_plain, local_time, plain_period,
                   CASE WHEN plain_period IS NULL THEN word_of(carried.period_start) END AS period_text,
                   CASE WHEN code_is_plain THEN carried.organisation_code ELSE code_of(carried.organisation_code) END
                       AS organisation_code,
                   CASE WHEN plain_return IS NOT NULL THEN plain_return
                        ELSE try_cast(coalesce(return_named(
                            carried.return_code, carried.organisation_code, $return_names, $named_returns
                        ), return_code_of(carried.return_code)) AS known_return) END AS return_code,
                   CASE WHEN local_time IS NOT NULL THEN london_instant_of(local_time)
                        ELSE written_instant_of(submitted_text) END AS submitted_at,
                   CASE WHEN plain_outcome IS NOT NULL THEN plain_outcome
                        ELSE try_cast(lower(word_of(carried.outcome)) AS ENUM ('accepted', 'rejected', 'nil'))
                        END AS outcome,
                   CASE WHEN plain_count IS NOT NULL THEN plain_count
                        ELSE written_number_of(count_text) END AS record_count
            FROM (
                SELECT *, CASE WHEN local_time IS NULL THEN word_of(carried.submitted_at) END AS submitted_text,
                       CASE WHEN plain_count IS NULL THEN word_of(carried.record_count) END AS count_text
                FROM (
                    SELECT row_number, staged AS carried,
                           is_organisation_code(organisation_code) AS code_is_plain,
                           try_cast(return_code AS known_return) AS plain_return,
                           try_cast(outcome AS ENUM ('accepted', 'rejected', 'nil')) AS plain_outcome,
                           plain_local_time_of(submitted_at) AS local_time,
                           whole_number_of(record_count) AS plain_count,
                           CASE WHEN period_start LIKE '2___-__-01' THEN try_cast(period_start AS DATE) END AS plain_period
                    FROM staged
                ) AS asked_first
            ) AS plain
        ) AS coded
    ) AS cleaned
) AS typed

-- name: typed_request
-- A row of a requests file. Bound: the known returns. A due date before the request is none. Where the request gives
-- a period of a return its due date, the row needs it: without it another day would hold.
SELECT row_number, carried, request_id, organisation_code, return_code, requested_on,
       CASE WHEN due_on >= requested_on THEN due_on END AS due_on, subject,
       CASE
           WHEN request_id IS NULL THEN 'missing_value:request_id'
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN requested_on_text IS NULL THEN 'missing_value:requested_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN requested_on IS NULL THEN 'bad_date:requested_on'
           WHEN due_on_text IS NOT NULL AND (due_on IS NULL OR due_on < requested_on)
                AND $periods[list_position($return_codes, return_code)] <> 'any' THEN 'bad_date:due_on'
       END AS fault
FROM (
    SELECT *, written_day_of(requested_on_text) AS requested_on, written_day_of(due_on_text) AS due_on
    FROM (
        SELECT row_number, staged AS carried, word_of(request_id) AS request_id,
               code_of(organisation_code) AS organisation_code,
               coalesce(return_named(return_code, organisation_code, $return_names, $named_returns),
                        return_code_of(return_code)) AS return_code,
               word_of(requested_on) AS requested_on_text, word_of(due_on) AS due_on_text, text_of(subject) AS subject
        FROM staged
    ) AS words
) AS cleaned

-- name: typed_notice
-- A row of a notices file. Bound: the known returns, and the due dates of their periods. Scope and kind are codes of the contract. All that says what
-- a notice is about can reject it: without a day that cannot be read it would hold for more than was meant.
SELECT row_number, carried, notice_id, return_code, kind, period_start, scope, scope_value, new_due_on, from_on, to_on,
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
           WHEN period_start_text IS NOT NULL AND period_start IS NULL THEN 'bad_date:period_start'
           WHEN kind = 'extended' AND new_due_on IS NULL THEN 'bad_date:new_due_on'
           WHEN from_on_text IS NOT NULL AND from_on IS NULL THEN 'bad_date:from_on'
           WHEN to_on_text IS NOT NULL AND to_on IS NULL THEN 'bad_date:to_on'
           WHEN to_on < from_on THEN 'bad_date:to_on'
           WHEN CASE $periods[list_position($return_codes, return_code)]
                    WHEN 'month' THEN day(period_start) <> 1
                    WHEN 'quarter' THEN day(period_start) <> 1 OR month(period_start) NOT IN (1, 4, 7, 10)
                    WHEN 'contract_year' THEN day(period_start) <> 1 OR month(period_start) <> 4
                    ELSE FALSE
                END THEN 'period_not_of_return:period_start'
           WHEN kind = 'extended' AND new_due_on < coalesce(
               $due_days[list_position($due_keys, return_code || ' ' || CAST(period_start AS VARCHAR))], period_start
           ) THEN 'bad_date:new_due_on'
       END AS fault
FROM (
    SELECT *, written_period_of(period_start_text, $periods[list_position($return_codes, return_code)]) AS period_start,
           written_day_of(new_due_on_text) AS new_due_on, written_day_of(from_on_text) AS from_on,
           written_day_of(to_on_text) AS to_on
    FROM (
        SELECT row_number, staged AS carried, word_of(notice_id) AS notice_id,
               coalesce(return_named(
                   return_code, CASE WHEN lower(word_of(scope)) = 'organisation' THEN scope_value END,
                   $return_names, $named_returns
               ), return_code_of(return_code)) AS return_code,
               lower(word_of(kind)) AS kind, word_of(period_start) AS period_start_text, lower(word_of(scope)) AS scope,
               CASE WHEN lower(word_of(scope)) IN ('icb', 'organisation') THEN code_of(scope_value)
                    ELSE text_of(scope_value) END AS scope_value,
               word_of(new_due_on) AS new_due_on_text, word_of(from_on) AS from_on_text, word_of(to_on) AS to_on_text,
               text_of(reason) AS reason, text_of(reference) AS reference
        FROM staged
    ) AS text_read
) AS cleaned

-- name: typed_participation
-- A row of a participation file. Bound: the known returns. An end that cannot be read rejects the row: without it the
-- state would hold for longer than was meant.
SELECT row_number, carried, organisation_code, return_code, state, from_on, to_on,
       CASE
           WHEN organisation_code IS NULL THEN 'missing_value:organisation_code'
           WHEN return_code IS NULL THEN 'missing_value:return_code'
           WHEN state IS NULL THEN 'missing_value:state'
           WHEN from_on_text IS NULL THEN 'missing_value:from_on'
           WHEN NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
           WHEN list_position($return_codes, return_code) IS NULL THEN 'unknown_return:return_code'
           WHEN state NOT IN ('accepted', 'pending', 'declined', 'withdrawn') THEN 'bad_code:state'
           WHEN from_on IS NULL THEN 'bad_date:from_on'
           WHEN to_on_text IS NOT NULL AND to_on IS NULL THEN 'bad_date:to_on'
           WHEN to_on < from_on THEN 'bad_date:to_on'
       END AS fault
FROM (
    SELECT *, written_day_of(from_on_text) AS from_on, written_day_of(to_on_text) AS to_on
    FROM (
        SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code,
               coalesce(return_named(return_code, organisation_code, $return_names, $named_returns),
                        return_code_of(return_code)) AS return_code,
               lower(word_of(state)) AS state,
               word_of(from_on) AS from_on_text, word_of(to_on) AS to_on_text
        FROM staged
    ) AS words
) AS cleaned

-- name: typed_contact
-- A row of a contacts file: whom to ask at an organisation, or at a supplier.
SELECT row_number, carried, organisation_code, supplier, supplier_key(supplier) AS supplier_key, name, role, email, phone, note,
       CASE
           WHEN organisation_code IS NULL AND supplier IS NULL THEN 'missing_value:organisation_code'
           WHEN organisation_code IS NOT NULL AND NOT is_organisation_code(organisation_code) THEN 'bad_code:organisation_code'
       END AS fault
FROM (
    SELECT row_number, staged AS carried, code_of(organisation_code) AS organisation_code, text_of(supplier) AS supplier,
           text_of(name) AS name, text_of(role) AS role, text_of(email) AS email, text_of(phone) AS phone,
           text_of(note) AS note
    FROM staged
) AS cleaned
