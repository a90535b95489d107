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
