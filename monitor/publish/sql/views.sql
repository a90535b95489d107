-- What analysts see: the views of the published database, each with a COMMENT on it and on every column.

CREATE OR REPLACE VIEW return_status AS
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, sub_icb_code, pcn_code, supplier,
       return_code, return_title, period_start, period_end, period_label, request_id,
       due_on, original_due_on, due_basis, status, cause, received_at, days_late, days_overdue, attempts, record_count,
       evidence, in_action_period, gms_reference, pms_reference,
       icb_name, icb_now, pcn_name, list_size, is_due, is_missed, absence_id, parts_missing
FROM data.return_status_row;
COMMENT ON VIEW return_status IS 'Every expected return (return x organisation x period) and its status on the day in last_check.as_of';
COMMENT ON COLUMN return_status.organisation_code IS 'ODS code of the organisation that owes the return';
COMMENT ON COLUMN return_status.organisation_name IS 'Its name, as last loaded';
COMMENT ON COLUMN return_status.organisation_kind IS 'practice, pcn or trust';
COMMENT ON COLUMN return_status.contract_type IS 'GMS, PMS or APMS on the last day of the period; empty where not known';
COMMENT ON COLUMN return_status.icb_code IS 'Integrated care board on the last day of the period';
COMMENT ON COLUMN return_status.sub_icb_code IS 'Sub-ICB location on the last day of the period';
COMMENT ON COLUMN return_status.pcn_code IS 'Primary care network on the last day of the period; empty where in none';
COMMENT ON COLUMN return_status.supplier IS 'Supplier that the return is sent through, on the last day of the period; several are separated by semicolons';
COMMENT ON COLUMN return_status.return_code IS 'Code of the mandatory return: its file under expectations/';
COMMENT ON COLUMN return_status.return_title IS 'Name of the return';
COMMENT ON COLUMN return_status.period_start IS 'First day of the period that the data are about; for a request the day it was made';
COMMENT ON COLUMN return_status.period_end IS 'Last day of the period';
COMMENT ON COLUMN return_status.period_label IS 'The period in words: April 2024, April to June 2024, 2024/25';
COMMENT ON COLUMN return_status.request_id IS 'The request that asked for it, for returns owed on request';
COMMENT ON COLUMN return_status.due_on IS 'Day by which it is due, extensions counted; empty where there is no due date';
COMMENT ON COLUMN return_status.original_due_on IS 'Day by which it was due before any extension';
COMMENT ON COLUMN return_status.due_basis IS 'Basis of the due date: statute, agreed, notified or convention';
COMMENT ON COLUMN return_status.status IS 'not_required, received, received_late, no_event, no_due_date, not_due, in_grace, not_known, rejected or not_received';
COMMENT ON COLUMN return_status.cause IS 'Why it is not required, not known, not received or rejected: the first cause that holds';
COMMENT ON COLUMN return_status.received_at IS 'Instant of the first accepted or nil submission; empty for published evidence, which has none';
COMMENT ON COLUMN return_status.days_late IS 'Whole days from due_on to the first receipt, where received late';
COMMENT ON COLUMN return_status.days_overdue IS 'Whole days past due_on, where past due and not received';
COMMENT ON COLUMN return_status.attempts IS 'Submissions of any outcome up to the day';
COMMENT ON COLUMN return_status.record_count IS 'Records in the deciding submission or evidence, where stated';
COMMENT ON COLUMN return_status.evidence IS 'File and row of the deciding submission or published evidence';
COMMENT ON COLUMN return_status.in_action_period IS 'Whether due_on falls in a period of collective action (a fact of the calendar, not about the organisation)';
COMMENT ON COLUMN return_status.gms_reference IS 'Reference in the GMS Contracts Regulations 2015, or the clause in its place';
COMMENT ON COLUMN return_status.pms_reference IS 'Reference in the PMS Agreements Regulations 2015, or the clause in its place';
COMMENT ON COLUMN return_status.icb_name IS 'Name of the integrated care board in icb_code, where stated';
COMMENT ON COLUMN return_status.icb_now IS 'Integrated care board that the organisation belongs to on the day in last_check.as_of';
COMMENT ON COLUMN return_status.pcn_name IS 'Name of the primary care network in pcn_code, where stated';
COMMENT ON COLUMN return_status.list_size IS 'Registered patients of the organisation, as last stated by the last day of the period';
COMMENT ON COLUMN return_status.is_due IS 'Whether it is owed and its due date, with the days of grace, is past';
COMMENT ON COLUMN return_status.is_missed IS 'Whether it is not_received or rejected';
COMMENT ON COLUMN return_status.parts_missing IS 'What of a received return is not in the publication, in words; empty where nothing is known to be missing';
COMMENT ON COLUMN return_status.absence_id IS 'The absence that it is part of, see the view absence; empty where it is in none';

CREATE OR REPLACE VIEW missed_return AS
SELECT * FROM return_status WHERE status IN ('not_received', 'rejected');
COMMENT ON VIEW missed_return IS 'The rows of return_status that are not_received or rejected';

CREATE OR REPLACE VIEW absence AS
SELECT absence_id, organisation_code, organisation_name, icb_now, sub_icb_code, pcn_code, pcn_name, supplier, return_code,
       return_title, first_period_start, last_period_start, periods, first_due_on, days_overdue, cause,
       last_received_period_start, last_received_at, is_open, ended_by_period_start, contact, action
FROM data.absence_row;
COMMENT ON VIEW absence IS 'Consecutive expected returns that one organisation has not sent, seen as one thing. Left out are those that say nothing about it alone (not required, not known, not due, or part of a supplier-wide or area-wide gap)';
COMMENT ON COLUMN absence.absence_id IS 'The same as long as it begins with the same period';
COMMENT ON COLUMN absence.organisation_code IS 'ODS code of the organisation that owes the return';
COMMENT ON COLUMN absence.organisation_name IS 'Its name, as last loaded';
COMMENT ON COLUMN absence.icb_now IS 'Integrated care board that it belongs to now';
COMMENT ON COLUMN absence.sub_icb_code IS 'Sub-ICB location on the last day of its last period';
COMMENT ON COLUMN absence.pcn_code IS 'Primary care network on the last day of its last period';
COMMENT ON COLUMN absence.pcn_name IS 'Name of the primary care network';
COMMENT ON COLUMN absence.supplier IS 'Supplier that the return is sent through, on the last day of its last period';
COMMENT ON COLUMN absence.return_code IS 'Code of the return';
COMMENT ON COLUMN absence.return_title IS 'Name of the return';
COMMENT ON COLUMN absence.first_period_start IS 'First day of its first period; for a request the day it was made';
COMMENT ON COLUMN absence.last_period_start IS 'First day of its last period';
COMMENT ON COLUMN absence.periods IS 'How many expected returns it holds';
COMMENT ON COLUMN absence.first_due_on IS 'Due date of its first period';
COMMENT ON COLUMN absence.days_overdue IS 'Whole days past the due date of its first period';
COMMENT ON COLUMN absence.cause IS 'Likely cause of its last period';
COMMENT ON COLUMN absence.last_received_period_start IS 'First day of the last period before it that was received; empty where none was';
COMMENT ON COLUMN absence.last_received_at IS 'Instant of that receipt; empty for published evidence, which has none';
COMMENT ON COLUMN absence.is_open IS 'Whether nothing later has been received yet';
COMMENT ON COLUMN absence.ended_by_period_start IS 'First day of the later period that was received, where it is over';
COMMENT ON COLUMN absence.contact IS 'Who to ask, from a contacts file';
COMMENT ON COLUMN absence.action IS 'What to do next, by its cause';

-- Counted by numbers of periods and areas, of which there are few, before they get their names.
CREATE OR REPLACE VIEW reporting_rate AS
WITH
span AS (
    SELECT span_id, icb_code, icb_name, sub_icb_code, list_size,
           coalesce(pcn_code, CASE WHEN organisation_kind = 'pcn' THEN organisation_code END) AS pcn_code,
           coalesce(pcn_name, CASE WHEN organisation_kind = 'pcn' THEN organisation_name END) AS pcn_name
    FROM data.organisation_fact
),
numbered AS (
    SELECT *, dense_rank() OVER (ORDER BY icb_code, icb_name, sub_icb_code, pcn_code) AS area_number FROM span
),
area AS (
    SELECT area_number, any_value(icb_code) AS icb_code, any_value(icb_name) AS icb_name, any_value(sub_icb_code) AS sub_icb_code,
           any_value(pcn_code) AS pcn_code, max(pcn_name) AS pcn_name
    FROM numbered GROUP BY area_number
),
of_period AS (
    SELECT k.period_id, n.area_number, max(k.due_on) AS due_on, count(*) AS expected,
           count(*) FILTER (k.status IN ('received', 'received_late')) AS actual,
           count(*) FILTER (k.status = 'received') AS actual_on_time, count(*) FILTER (k.is_missed) AS missed,
           count(*) FILTER (k.status = 'not_known') AS not_known,
           count(*) FILTER (k.status IN ('not_due', 'in_grace', 'no_due_date')) AS not_yet_due,
           sum(n.list_size) FILTER (k.status <> 'not_known') AS patients,
           sum(n.list_size) FILTER (k.status IN ('received', 'received_late')) AS patients_received
    FROM data.status_kept AS k
    JOIN numbered AS n USING (span_id)
    WHERE k.status <> 'not_required'
    GROUP BY k.period_id, n.area_number
),
-- Requests of one day that name different due dates are one period.
counted AS (
    SELECT p.return_code, p.return_title, p.period_start, p.period_end, p.period_label, a.icb_code, a.icb_name, a.sub_icb_code,
           a.pcn_code, max(a.pcn_name) AS pcn_name, max(c.due_on) AS due_on,
           CAST(sum(c.expected) AS BIGINT) AS expected, CAST(sum(c.actual) AS BIGINT) AS actual,
           CAST(sum(c.actual_on_time) AS BIGINT) AS actual_on_time, CAST(sum(c.missed) AS BIGINT) AS missed,
           CAST(sum(c.not_known) AS BIGINT) AS not_known, CAST(sum(c.not_yet_due) AS BIGINT) AS not_yet_due,
           CAST(sum(c.patients) AS BIGINT) AS patients,
           CAST(CASE WHEN sum(c.patients) IS NOT NULL THEN coalesce(sum(c.patients_received), 0) END AS BIGINT) AS patients_covered
    FROM of_period AS c
    JOIN data.period_fact AS p USING (period_id)
    JOIN data.mandatory_return AS m ON m.return_code = p.return_code AND m.kind <> 'event'
    JOIN area AS a USING (area_number)
    GROUP BY p.return_code, p.return_title, p.period_start, p.period_end, p.period_label, a.icb_code, a.icb_name,
             a.sub_icb_code, a.pcn_code
)
-- Where nothing came and nothing is missed there is no rate: 0 would say of what is not yet due that it did not come.
SELECT return_code, return_title, period_start, period_end, period_label, icb_code, icb_name, sub_icb_code, pcn_code,
       pcn_name, due_on, expected, actual, actual_on_time, missed, not_known, not_yet_due,
       CASE WHEN actual + missed > 0 THEN round(100.0 * actual / (expected - not_known), 1) END AS reporting_rate,
       CASE WHEN actual + missed > 0 THEN round(100.0 * actual_on_time / (expected - not_known), 1) END AS on_time_rate,
       patients, patients_covered,
       CASE WHEN actual + missed > 0 THEN round(100.0 * patients_covered / nullif(patients, 0), 1) END AS patients_covered_rate
FROM counted;
COMMENT ON VIEW reporting_rate IS 'How much of each return arrived, by period, ICB, sub-ICB and PCN, as DHIS2 counts it: actual of expected. One row an area and no totals, so counts may be added up; rates are worked out from the sums';
COMMENT ON COLUMN reporting_rate.return_code IS 'Code of the return; returns owed only when something happens (events) are left out, as nothing says how many to expect';
COMMENT ON COLUMN reporting_rate.return_title IS 'Name of the return';
COMMENT ON COLUMN reporting_rate.period_start IS 'First day of the period; for a request the day it was made';
COMMENT ON COLUMN reporting_rate.period_end IS 'Last day of the period';
COMMENT ON COLUMN reporting_rate.period_label IS 'The period in words';
COMMENT ON COLUMN reporting_rate.icb_code IS 'Integrated care board on the last day of the period; empty where not known';
COMMENT ON COLUMN reporting_rate.icb_name IS 'Its name, where stated';
COMMENT ON COLUMN reporting_rate.sub_icb_code IS 'Sub-ICB location on the last day of the period; empty where not known';
COMMENT ON COLUMN reporting_rate.pcn_code IS 'Primary care network on the last day of the period; empty for practices in none. What a PCN itself owes counts for it';
COMMENT ON COLUMN reporting_rate.pcn_name IS 'Its name, where stated';
COMMENT ON COLUMN reporting_rate.due_on IS 'Latest due date of the expected returns; empty where they have none';
COMMENT ON COLUMN reporting_rate.expected IS 'Expected returns but those not required';
COMMENT ON COLUMN reporting_rate.actual IS 'Of these received, in time or late';
COMMENT ON COLUMN reporting_rate.actual_on_time IS 'Of these received by the due date, or by published evidence, which has no instant';
COMMENT ON COLUMN reporting_rate.missed IS 'Of expected, past due and not received, or rejected';
COMMENT ON COLUMN reporting_rate.not_known IS 'Of expected, those that are not known';
COMMENT ON COLUMN reporting_rate.not_yet_due IS 'Of expected, not received and not yet due, within the grace period, or without a due date: where this is above 0 the rates can still rise';
COMMENT ON COLUMN reporting_rate.reporting_rate IS 'Per cent: actual of expected less not_known; empty, and never 0, where nothing is known, or nothing is due yet and nothing came';
COMMENT ON COLUMN reporting_rate.on_time_rate IS 'Per cent: actual_on_time of expected less not_known';
COMMENT ON COLUMN reporting_rate.patients IS 'Registered patients of the organisations expected and known, where list sizes are loaded';
COMMENT ON COLUMN reporting_rate.patients_covered IS 'Of these the patients of organisations whose return was received';
COMMENT ON COLUMN reporting_rate.patients_covered_rate IS 'Per cent: patients_covered of patients; empty where no list size is loaded, and where reporting_rate is';

CREATE OR REPLACE VIEW pcn_summary AS
WITH
member AS (
    SELECT o.pcn_code, count(*) AS practices, CAST(sum(o.list_size) AS BIGINT) AS patients,
           max(o.icb_code) AS icb_code, max(o.sub_icb_code) AS sub_icb_code
    FROM data.organisation_dated AS o
    CROSS JOIN (SELECT as_of FROM data.check_run ORDER BY rowid DESC LIMIT 1) AS c
    WHERE o.organisation_kind = 'practice' AND o.pcn_code IS NOT NULL AND c.as_of BETWEEN o.from_on AND o.to_on
      AND coalesce(o.opened_on <= c.as_of, TRUE) AND coalesce(o.closed_on >= c.as_of, TRUE)
    GROUP BY o.pcn_code
),
owed AS (
    SELECT *, coalesce(pcn_code, CASE WHEN organisation_kind = 'pcn' THEN organisation_code END) AS network,
           coalesce(pcn_name, CASE WHEN organisation_kind = 'pcn' THEN organisation_name END) AS network_name
    FROM return_status WHERE is_due
),
counted AS (
    SELECT network AS pcn_code, arg_max(network_name, period_end) AS pcn_name, arg_max(icb_now, period_end) AS icb_now,
           count(*) AS due, count(*) FILTER (status IN ('received', 'received_late')) AS received,
           count(*) FILTER (status = 'received') AS received_on_time, count(*) FILTER (is_missed) AS missed,
           count(*) FILTER (status = 'not_known') AS not_known,
           count(DISTINCT organisation_code) FILTER (is_missed AND organisation_kind = 'practice') AS practices_with_missed
    FROM owed WHERE network IS NOT NULL GROUP BY network
),
absent AS (
    SELECT coalesce(a.pcn_code, o.organisation_code) AS pcn_code, count(*) AS open_absences,
           count(DISTINCT a.organisation_code) AS organisations_absent,
           max(a.periods) AS longest_absence_periods, min(a.first_due_on) AS absent_since_due_on
    FROM absence AS a
    LEFT JOIN (SELECT DISTINCT organisation_code FROM data.organisation_dated WHERE organisation_kind = 'pcn') AS o
        USING (organisation_code)
    WHERE a.is_open AND coalesce(a.pcn_code, o.organisation_code) IS NOT NULL
    GROUP BY coalesce(a.pcn_code, o.organisation_code)
)
SELECT c.pcn_code, c.pcn_name, coalesce(c.icb_now, m.icb_code) AS icb_now, m.sub_icb_code, coalesce(m.practices, 0) AS practices,
       m.patients, c.due, c.received, c.received_on_time, c.missed, c.not_known,
       round(100.0 * c.received / nullif(c.due - c.not_known, 0), 1) AS reporting_rate,
       round(100.0 * c.received_on_time / nullif(c.due - c.not_known, 0), 1) AS on_time_rate,
       c.practices_with_missed, coalesce(a.open_absences, 0) AS open_absences,
       coalesce(a.organisations_absent, 0) AS organisations_absent, a.longest_absence_periods, a.absent_since_due_on
FROM counted AS c
LEFT JOIN member AS m USING (pcn_code)
LEFT JOIN absent AS a USING (pcn_code);
COMMENT ON VIEW pcn_summary IS 'One row a primary care network: what was due from its practices and from itself, how much of it arrived, and what is absent now';
COMMENT ON COLUMN pcn_summary.pcn_code IS 'Primary care network; a return counts for the one its practice was in on the last day of the period';
COMMENT ON COLUMN pcn_summary.pcn_name IS 'Its name, where stated';
COMMENT ON COLUMN pcn_summary.icb_now IS 'Integrated care board that it belongs to now';
COMMENT ON COLUMN pcn_summary.sub_icb_code IS 'Sub-ICB location of its practices now';
COMMENT ON COLUMN pcn_summary.practices IS 'Practices in it on the day in last_check.as_of';
COMMENT ON COLUMN pcn_summary.patients IS 'Their registered patients, where list sizes are loaded';
COMMENT ON COLUMN pcn_summary.due IS 'Expected returns past due, since monitor_from: the rows of return_status where is_due';
COMMENT ON COLUMN pcn_summary.received IS 'Of these received, in time or late';
COMMENT ON COLUMN pcn_summary.received_on_time IS 'Of these received by the due date, or by published evidence';
COMMENT ON COLUMN pcn_summary.missed IS 'Not received, or rejected';
COMMENT ON COLUMN pcn_summary.not_known IS 'Not known';
COMMENT ON COLUMN pcn_summary.reporting_rate IS 'Per cent: received of due less not_known; empty, and never 0, where nothing is known';
COMMENT ON COLUMN pcn_summary.on_time_rate IS 'Per cent: received_on_time of due less not_known';
COMMENT ON COLUMN pcn_summary.practices_with_missed IS 'Practices with at least one missed return';
COMMENT ON COLUMN pcn_summary.open_absences IS 'Absences that are not over: see the view absence';
COMMENT ON COLUMN pcn_summary.organisations_absent IS 'Organisations that these are about';
COMMENT ON COLUMN pcn_summary.longest_absence_periods IS 'Expected returns in the longest of them; empty where there is none';
COMMENT ON COLUMN pcn_summary.absent_since_due_on IS 'Due date of the earliest return of them; empty where there is none';

CREATE OR REPLACE VIEW status_change AS
SELECT s.as_of_before, s.as_of, s.changed_at, s.organisation_code, o.organisation_name, o.icb_code AS icb_now, o.sub_icb_code,
       o.pcn_code, s.return_code, m.return_title, s.period_start, s.request_id,
       s.status_before, s.cause_before, s.status_now, s.cause_now
FROM data.status_moved AS s
LEFT JOIN data.mandatory_return AS m USING (return_code)
LEFT JOIN (
    SELECT organisation_code, arg_max(organisation_name, from_on) AS organisation_name, arg_max(icb_code, from_on) AS icb_code,
           arg_max(sub_icb_code, from_on) AS sub_icb_code, arg_max(pcn_code, from_on) AS pcn_code
    FROM data.organisation_dated GROUP BY organisation_code
) AS o USING (organisation_code);
COMMENT ON VIEW status_change IS 'What changed in return_status from each recorded check to the next, because something was loaded or decided or a day passed; between two days: the rows with as_of after the one and up to the other';
COMMENT ON COLUMN status_change.as_of_before IS 'Day of the recorded check before; the first check of all has none, and no rows here';
COMMENT ON COLUMN status_change.as_of IS 'Day of the check that found it; the same as as_of_before where a day was checked again';
COMMENT ON COLUMN status_change.changed_at IS 'Instant at which it was recorded';
COMMENT ON COLUMN status_change.organisation_code IS 'ODS code of the organisation that owes the return';
COMMENT ON COLUMN status_change.organisation_name IS 'Its name, as last loaded';
COMMENT ON COLUMN status_change.icb_now IS 'Integrated care board, as last loaded';
COMMENT ON COLUMN status_change.sub_icb_code IS 'Sub-ICB location, as last loaded';
COMMENT ON COLUMN status_change.pcn_code IS 'Primary care network, as last loaded';
COMMENT ON COLUMN status_change.return_code IS 'Code of the return';
COMMENT ON COLUMN status_change.return_title IS 'Name of the return';
COMMENT ON COLUMN status_change.period_start IS 'First day of the period; for a request the day it was made';
COMMENT ON COLUMN status_change.request_id IS 'The request, for returns owed on request';
COMMENT ON COLUMN status_change.status_before IS 'Status at the check before; empty: it was not expected yet';
COMMENT ON COLUMN status_change.cause_before IS 'Cause at the check before';
COMMENT ON COLUMN status_change.status_now IS 'Status at this check; empty: it is no longer expected, or no longer reported on';
COMMENT ON COLUMN status_change.cause_now IS 'Cause at this check';

CREATE OR REPLACE VIEW contact AS
SELECT organisation_code, supplier, name, role, email, phone, note FROM data.contact_now;
COMMENT ON VIEW contact IS 'Who to ask at an organisation or a supplier, from contacts files; never in a message';
COMMENT ON COLUMN contact.organisation_code IS 'ODS code of the organisation; empty for a contact of a supplier';
COMMENT ON COLUMN contact.supplier IS 'Supplier; empty for a contact of an organisation';
COMMENT ON COLUMN contact.name IS 'Name of the person or the desk';
COMMENT ON COLUMN contact.role IS 'What it is for; one contact for each role';
COMMENT ON COLUMN contact.email IS 'Address';
COMMENT ON COLUMN contact.phone IS 'Telephone number';
COMMENT ON COLUMN contact.note IS 'Anything else';

CREATE OR REPLACE VIEW organisation AS
SELECT organisation_code, organisation_name, organisation_kind, contract_type, icb_code, icb_name, sub_icb_code, pcn_code,
       clinical_supplier, telephony_supplier, online_supplier, list_size, opened_on, closed_on, successor_code,
       CASE WHEN from_on > DATE '1900-01-01' THEN from_on END AS valid_from,
       CASE WHEN to_on < DATE '9999-12-31' THEN to_on END AS valid_to, source, register_status
FROM data.organisation_dated;
COMMENT ON VIEW organisation IS 'Who exists and what was true of them when: one row an organisation and span of days';
COMMENT ON COLUMN organisation.organisation_code IS 'ODS code';
COMMENT ON COLUMN organisation.organisation_name IS 'Name, as last loaded';
COMMENT ON COLUMN organisation.organisation_kind IS 'practice, pcn or trust';
COMMENT ON COLUMN organisation.contract_type IS 'GMS, PMS or APMS; empty where not known';
COMMENT ON COLUMN organisation.icb_code IS 'Integrated care board, that of the sub-ICB on those days';
COMMENT ON COLUMN organisation.icb_name IS 'Name of the integrated care board, where stated';
COMMENT ON COLUMN organisation.sub_icb_code IS 'Sub-ICB location';
COMMENT ON COLUMN organisation.pcn_code IS 'Primary care network; empty where in none';
COMMENT ON COLUMN organisation.clinical_supplier IS 'Supplier of the clinical system; several are separated by semicolons';
COMMENT ON COLUMN organisation.telephony_supplier IS 'Supplier of telephony; several are separated by semicolons';
COMMENT ON COLUMN organisation.online_supplier IS 'Supplier of online consultations; several are separated by semicolons';
COMMENT ON COLUMN organisation.list_size IS 'Registered patients';
COMMENT ON COLUMN organisation.opened_on IS 'First day open; empty: no limit';
COMMENT ON COLUMN organisation.closed_on IS 'Last day open; empty: no limit';
COMMENT ON COLUMN organisation.successor_code IS 'Organisation that took over, where stated';
COMMENT ON COLUMN organisation.valid_from IS 'First day of the span; empty: no limit';
COMMENT ON COLUMN organisation.valid_to IS 'Last day of the span; empty: current';
COMMENT ON COLUMN organisation.source IS 'Kind of file that the organisation is known from';
COMMENT ON COLUMN organisation.register_status IS 'Status in the ODS register on those days: active, dormant; empty where no register says';

CREATE OR REPLACE VIEW mandatory_return AS FROM data.mandatory_return;
COMMENT ON VIEW mandatory_return IS 'The catalogue of mandatory returns: one row a file under expectations/';
COMMENT ON COLUMN mandatory_return.return_code IS 'Code of the return: the name of its file';
COMMENT ON COLUMN mandatory_return.return_title IS 'Name of the return';
COMMENT ON COLUMN mandatory_return.owed_by IS 'Kind of organisation that owes it: practice, pcn or trust';
COMMENT ON COLUMN mandatory_return.sent_by IS 'Who sends it in practice';
COMMENT ON COLUMN mandatory_return.kind IS 'periodic, on_request, event or declaration';
COMMENT ON COLUMN mandatory_return.period IS 'month, quarter, contract_year or request';
COMMENT ON COLUMN mandatory_return.supplier_kind IS 'Kind of supplier that it is sent through: clinical, telephony, online or none';
COMMENT ON COLUMN mandatory_return.contract_types IS 'Contract types that the duty covers, each between semicolons; empty: all';
COMMENT ON COLUMN mandatory_return.effective_from IS 'First day of force; empty: no limit';
COMMENT ON COLUMN mandatory_return.effective_to IS 'Last day of force; empty: no limit';
COMMENT ON COLUMN mandatory_return.grace_days IS 'Days after the due date before it counts as not received';
COMMENT ON COLUMN mandatory_return.due_rule IS 'Rule that gives the due date';
COMMENT ON COLUMN mandatory_return.due_basis IS 'Basis of the due date: statute, agreed, notified or convention';
COMMENT ON COLUMN mandatory_return.gms_reference IS 'Reference in the GMS Contracts Regulations 2015';
COMMENT ON COLUMN mandatory_return.pms_reference IS 'Reference in the PMS Agreements Regulations 2015';
COMMENT ON COLUMN mandatory_return.guidance IS 'Paragraph of guidance PRN01459';
COMMENT ON COLUMN mandatory_return.most_unmapped IS 'Share without a known national category above which the categories count as a missing part; empty where none is stated';
COMMENT ON COLUMN mandatory_return.actions IS 'Which of the ten actions could put it at risk: a planning hint, never evidence';

CREATE OR REPLACE VIEW submission AS
SELECT s.organisation_code, s.return_code, s.period_start, s.submitted_at, s.outcome, s.record_count,
       s.submission_id, s.request_id, s.detail, NULL::BOOLEAN AS participating, FALSE AS is_published_evidence,
       o.organisation_code IS NOT NULL AS is_matched, f.file_name, s.row_number
FROM data.submission_attempt AS s
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN (SELECT DISTINCT organisation_code FROM data.organisation_dated) AS o USING (organisation_code)
UNION ALL
SELECT e.organisation_code, e.return_code, e.period_start, NULL, e.outcome, e.record_count,
       NULL, NULL, NULL, e.participating, TRUE, o.organisation_code IS NOT NULL, f.file_name, e.row_number
FROM data.published_evidence AS e
JOIN data.loaded_file AS f USING (file_id)
LEFT JOIN (SELECT DISTINCT organisation_code FROM data.organisation_dated) AS o USING (organisation_code);
COMMENT ON VIEW submission IS 'Every submission loaded: attempts from logs, and published evidence';
COMMENT ON COLUMN submission.organisation_code IS 'ODS code, as the file has it';
COMMENT ON COLUMN submission.return_code IS 'Code of the return';
COMMENT ON COLUMN submission.period_start IS 'First day of the period; for a request its day, for an event the day it happened';
COMMENT ON COLUMN submission.submitted_at IS 'Instant of the attempt; empty for published evidence';
COMMENT ON COLUMN submission.outcome IS 'accepted, rejected or nil; for published evidence accepted, absent or suppressed';
COMMENT ON COLUMN submission.record_count IS 'Records sent or published, where stated';
COMMENT ON COLUMN submission.submission_id IS 'Identifier of the attempt, where stated';
COMMENT ON COLUMN submission.request_id IS 'Request that it answers, where stated';
COMMENT ON COLUMN submission.detail IS 'Free text of the log';
COMMENT ON COLUMN submission.participating IS 'Participation flag of published evidence; empty where there is none or it is hidden';
COMMENT ON COLUMN submission.is_published_evidence IS 'Whether it comes from a published file rather than a log';
COMMENT ON COLUMN submission.is_matched IS 'Whether the organisation is in the register';
COMMENT ON COLUMN submission.file_name IS 'File that it was loaded from';
COMMENT ON COLUMN submission.row_number IS 'Row of that file, the heading being row 1';

CREATE OR REPLACE VIEW notice AS
SELECT n.notice_id, n.return_code, n.kind, n.period_start, n.scope, n.scope_value, n.new_due_on, n.from_on, n.to_on,
       n.reason, n.reference, f.file_name, n.row_number
FROM data.notice_row AS n JOIN data.loaded_file AS f USING (file_id);
COMMENT ON VIEW notice IS 'Notices as loaded: pauses, exemptions, extensions and incidents; of several rows of one notice the last holds';
COMMENT ON COLUMN notice.notice_id IS 'Identifier of the notice';
COMMENT ON COLUMN notice.return_code IS 'Return that it is about';
COMMENT ON COLUMN notice.kind IS 'paused, exempt, extended or incident';
COMMENT ON COLUMN notice.period_start IS 'Period that it is about; empty: by from_on and to_on';
COMMENT ON COLUMN notice.scope IS 'national, supplier, icb or organisation';
COMMENT ON COLUMN notice.scope_value IS 'Which supplier, ICB or organisation';
COMMENT ON COLUMN notice.new_due_on IS 'Due date of an extension';
COMMENT ON COLUMN notice.from_on IS 'First day that it applies to';
COMMENT ON COLUMN notice.to_on IS 'Last day that it applies to';
COMMENT ON COLUMN notice.reason IS 'The reason, in words';
COMMENT ON COLUMN notice.reference IS 'Where it is written';
COMMENT ON COLUMN notice.file_name IS 'File that it was loaded from';
COMMENT ON COLUMN notice.row_number IS 'Row of that file';

CREATE OR REPLACE VIEW participation AS
SELECT p.organisation_code, p.return_code, p.state, p.from_on, p.to_on, f.file_name, p.row_number
FROM data.participation_stated AS p JOIN data.loaded_file AS f USING (file_id);
COMMENT ON VIEW participation IS 'Participation in collections as loaded; on a day the row in force with the latest from_on holds';
COMMENT ON COLUMN participation.organisation_code IS 'ODS code';
COMMENT ON COLUMN participation.return_code IS 'Return that it is about';
COMMENT ON COLUMN participation.state IS 'accepted, pending, declined or withdrawn';
COMMENT ON COLUMN participation.from_on IS 'First day';
COMMENT ON COLUMN participation.to_on IS 'Last day; empty: no end known';
COMMENT ON COLUMN participation.file_name IS 'File that it was loaded from';
COMMENT ON COLUMN participation.row_number IS 'Row of that file';

CREATE OR REPLACE VIEW request AS
SELECT q.request_id, q.organisation_code, q.return_code, q.requested_on, q.due_on, q.subject, f.file_name, q.row_number
FROM data.request_row AS q JOIN data.loaded_file AS f USING (file_id);
COMMENT ON VIEW request IS 'Requests as loaded; of several rows of one request the last holds';
COMMENT ON COLUMN request.request_id IS 'Identifier of the request';
COMMENT ON COLUMN request.organisation_code IS 'Organisation that was asked';
COMMENT ON COLUMN request.return_code IS 'Return that was asked for';
COMMENT ON COLUMN request.requested_on IS 'Day of the request';
COMMENT ON COLUMN request.due_on IS 'Day that the request names, if any';
COMMENT ON COLUMN request.subject IS 'What it is about';
COMMENT ON COLUMN request.file_name IS 'File that it was loaded from';
COMMENT ON COLUMN request.row_number IS 'Row of that file';

CREATE OR REPLACE VIEW finding AS
SELECT finding_id, kind, return_code, period_start, period_end, organisation_code, request_id, supplier, area_code, due_on,
       cause, organisations, periods, opened_at, resolved_at, severity, suite, expectation
FROM data.finding_current;
COMMENT ON VIEW finding IS 'Things to look at, from expectations that were not met and control charts: opened, and resolved when over';
COMMENT ON COLUMN finding.finding_id IS 'Identifier, stable while the finding is open';
COMMENT ON COLUMN finding.kind IS 'missing_return, late_return, supplier_gap, area_gap, source_not_loaded, source_incomplete, no_longer_published, suppressed, could_not_check, unexpected_row, expectation_not_met, parts_missing, low_volume or row_rejected';
COMMENT ON COLUMN finding.return_code IS 'Return that it is about; blank for rejected rows whose return cannot be read';
COMMENT ON COLUMN finding.period_start IS 'First day of the period; of an absence, of its first';
COMMENT ON COLUMN finding.period_end IS 'Last day of the period';
COMMENT ON COLUMN finding.organisation_code IS 'Organisation, for a finding about one';
COMMENT ON COLUMN finding.request_id IS 'Request, for a return owed on request';
COMMENT ON COLUMN finding.supplier IS 'Supplier, for a supplier gap';
COMMENT ON COLUMN finding.area_code IS 'Sub-ICB (or ICB, or England, of an incident), for an area gap';
COMMENT ON COLUMN finding.due_on IS 'Day by which the returns were due';
COMMENT ON COLUMN finding.cause IS 'Likely cause; for low_volume the rule of the control chart';
COMMENT ON COLUMN finding.organisations IS 'For how many organisations the finding stands';
COMMENT ON COLUMN finding.opened_at IS 'When it was first found';
COMMENT ON COLUMN finding.resolved_at IS 'When it was no longer found; empty while open';
COMMENT ON COLUMN finding.severity IS 'critical, warning or info, from the suite';
COMMENT ON COLUMN finding.periods IS 'How many periods it stands for: an absence, or a source that is not loaded, from period_start on';
COMMENT ON COLUMN finding.suite IS 'Suite that found it: the return code';
COMMENT ON COLUMN finding.expectation IS 'Expectation that was not met, in Great Expectations'' words, and whose list of rows it is where it is not our own; control chart for low_volume, the file for row_rejected';

CREATE OR REPLACE VIEW alert AS
SELECT alert_id, finding_ids, reason, recipients, subject, planned_at, sent_at, attempts, last_error, message_id, state
FROM data.alert_current;
COMMENT ON VIEW alert IS 'Messages about findings: planned, sent or not delivered';
COMMENT ON COLUMN alert.alert_id IS 'Identifier of the alert';
COMMENT ON COLUMN alert.finding_ids IS 'Findings that it is about, separated by commas; empty where it is only about due dates ahead';
COMMENT ON COLUMN alert.reason IS 'new, longer, changed, reminder or resolved: the weightiest of its findings'' reasons, which alert_finding has';
COMMENT ON COLUMN alert.recipients IS 'Its recipients, separated by commas: addresses, outbox, or channel:NAME';
COMMENT ON COLUMN alert.subject IS 'Its subject line';
COMMENT ON COLUMN alert.planned_at IS 'When it was planned';
COMMENT ON COLUMN alert.sent_at IS 'When a mail server accepted it, or it was written to outbox/; the last time';
COMMENT ON COLUMN alert.attempts IS 'Attempts to deliver it; of several recipients, the most attempts for one';
COMMENT ON COLUMN alert.last_error IS 'Error of the last attempt, by recipient; empty where all have it';
COMMENT ON COLUMN alert.message_id IS 'Message-ID, the same at every attempt';
COMMENT ON COLUMN alert.state IS 'undeliverable (refused for good, for at least one recipient), planned (still to be delivered), sent, written (to outbox/), or withdrawn (all of it was over before it was sent)';

CREATE OR REPLACE VIEW alert_finding AS
SELECT alert_id, item_id AS finding_id, reason, severity, cause, periods FROM data.alert_item;
COMMENT ON VIEW alert_finding IS 'Notifications: which findings each alert is about, and why each is in it';
COMMENT ON COLUMN alert_finding.alert_id IS 'Alert';
COMMENT ON COLUMN alert_finding.finding_id IS 'Finding; or due_soon, return, period and day of a due date ahead';
COMMENT ON COLUMN alert_finding.reason IS 'new, longer, changed, reminder or resolved';
COMMENT ON COLUMN alert_finding.severity IS 'Severity at the time of the notification';
COMMENT ON COLUMN alert_finding.cause IS 'Likely cause at the time of the notification';
COMMENT ON COLUMN alert_finding.periods IS 'How many periods it stood for at that time; empty in alerts from before version 0.4';

CREATE OR REPLACE VIEW delivery AS
SELECT alert_id, recipient, attempted_at, outcome, detail FROM data.delivery_attempt WHERE outcome <> 'begun';
COMMENT ON VIEW delivery IS 'Each attempt to deliver an alert, and its outcome';
COMMENT ON COLUMN delivery.alert_id IS 'Alert';
COMMENT ON COLUMN delivery.recipient IS 'Address, outbox, or channel:NAME';
COMMENT ON COLUMN delivery.attempted_at IS 'When it was tried';
COMMENT ON COLUMN delivery.outcome IS 'accepted, written (to outbox/), deferred (to be tried again), refused (for good) or asked_again (by a person); withdrawn where all of it was over before it was sent';
COMMENT ON COLUMN delivery.detail IS 'What the mail server or channel answered';

CREATE OR REPLACE VIEW decision AS
SELECT about_id, decision, author, reason, comment, decided_at FROM data.decision;
COMMENT ON VIEW decision IS 'What people decided about findings, and about alerts that could not be delivered';
COMMENT ON COLUMN decision.about_id IS 'Finding or alert';
COMMENT ON COLUMN decision.decision IS 'acknowledged or resolved';
COMMENT ON COLUMN decision.author IS 'Who decided';
COMMENT ON COLUMN decision.reason IS 'For a finding resolved by hand: false_alarm, agreed_extension, organisation_closed, received_elsewhere or other';
COMMENT ON COLUMN decision.comment IS 'In words';
COMMENT ON COLUMN decision.decided_at IS 'When';

CREATE OR REPLACE VIEW silence AS
SELECT s.silence_id, s.author, s.reason, s.asked_at, s.until_at, e.ended_at, e.author AS ended_by, s.item_id AS finding_id, s.kind,
       s.return_code, s.supplier, s.organisation_code, s.area_code
FROM data.silence AS s LEFT JOIN data.silence_ended AS e USING (silence_id);
COMMENT ON VIEW silence IS 'Notifications that are muted until an instant; every criterion given must apply';
COMMENT ON COLUMN silence.silence_id IS 'Identifier';
COMMENT ON COLUMN silence.author IS 'Who asked for it';
COMMENT ON COLUMN silence.reason IS 'Why';
COMMENT ON COLUMN silence.asked_at IS 'When it began';
COMMENT ON COLUMN silence.until_at IS 'The instant from which it no longer applies';
COMMENT ON COLUMN silence.ended_at IS 'When someone ended it early';
COMMENT ON COLUMN silence.ended_by IS 'Who ended it';
COMMENT ON COLUMN silence.finding_id IS 'Only this finding';
COMMENT ON COLUMN silence.kind IS 'Only findings of this kind';
COMMENT ON COLUMN silence.return_code IS 'Only of this return';
COMMENT ON COLUMN silence.supplier IS 'Only gaps of this supplier';
COMMENT ON COLUMN silence.organisation_code IS 'Only of this organisation';
COMMENT ON COLUMN silence.area_code IS 'Only where an organisation of this ICB, sub-ICB or PCN is among those meant';

CREATE OR REPLACE VIEW short_feed AS FROM data.short_feed;
COMMENT ON VIEW short_feed IS 'Returns and periods of which far less is loaded than usual, so the file looks incomplete: an organisation that is not in it is not known, until someone releases it';
COMMENT ON COLUMN short_feed.return_code IS 'Return';
COMMENT ON COLUMN short_feed.period_start IS 'First day of the period';
COMMENT ON COLUMN short_feed.measure IS 'What was counted: organisations, suppliers or rows (of published files)';
COMMENT ON COLUMN short_feed.found IS 'How many are loaded';
COMMENT ON COLUMN short_feed.usual IS 'Usual number: the median of the periods before, as many days after their due dates';
COMMENT ON COLUMN short_feed.periods_compared IS 'How many periods before it was compared with: three to six';
COMMENT ON COLUMN short_feed.not_known IS 'Expected returns that are not known because of it: status not_known, cause source_incomplete';
COMMENT ON COLUMN short_feed.released_at IS 'When someone decided that it is complete; empty: it is held back';
COMMENT ON COLUMN short_feed.released_by IS 'Who';
COMMENT ON COLUMN short_feed.released_because IS 'Why';

CREATE OR REPLACE VIEW feed_decision AS
SELECT return_code, period_start, decision, author, reason, decided_at FROM data.feed_decision;
COMMENT ON VIEW feed_decision IS 'What people decided about files that looked incomplete; the last decision on a return and period holds';
COMMENT ON COLUMN feed_decision.return_code IS 'Return';
COMMENT ON COLUMN feed_decision.period_start IS 'First day of the period';
COMMENT ON COLUMN feed_decision.decision IS 'released (statuses follow from what is loaded) or held (not known)';
COMMENT ON COLUMN feed_decision.author IS 'Who decided';
COMMENT ON COLUMN feed_decision.reason IS 'Why';
COMMENT ON COLUMN feed_decision.decided_at IS 'When';

CREATE OR REPLACE VIEW loaded_file AS
SELECT f.file_name, f.sha256, f.format, f.loaded_at, a.rows_loaded + a.rows_duplicate + a.rows_rejected AS rows_in_file,
       a.rows_loaded, a.rows_duplicate, a.rows_rejected, f.state
FROM data.loaded_file AS f
JOIN data.file_account AS a USING (file_id);
COMMENT ON VIEW loaded_file IS 'Every file met: rows in file = loaded + duplicate + rejected';
COMMENT ON COLUMN loaded_file.file_name IS 'Path below inbox/, or the name given';
COMMENT ON COLUMN loaded_file.sha256 IS 'SHA-256 of its bytes';
COMMENT ON COLUMN loaded_file.format IS 'What it was recognised as; empty where refused';
COMMENT ON COLUMN loaded_file.loaded_at IS 'When it was loaded or refused';
COMMENT ON COLUMN loaded_file.rows_in_file IS 'Rows of data read';
COMMENT ON COLUMN loaded_file.rows_loaded IS 'Rows that are new';
COMMENT ON COLUMN loaded_file.rows_duplicate IS 'Rows that had been loaded before, or stand in the file twice';
COMMENT ON COLUMN loaded_file.rows_rejected IS 'Rows that are malformed: see rejected_row';
COMMENT ON COLUMN loaded_file.state IS 'loaded or refused';

CREATE OR REPLACE VIEW rejected_row AS
SELECT f.file_name, r.row_number, r.reason, r.column_name AS "column", r.row_text AS "text"
FROM data.rejected_row AS r JOIN data.file_reading AS f ON f.file_id = r.file_id AND f.file_id = f.last_file_id;
COMMENT ON VIEW rejected_row IS 'Malformed rows, kept as they were, until they are read again and good';
COMMENT ON COLUMN rejected_row.file_name IS 'File that holds the row';
COMMENT ON COLUMN rejected_row.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN rejected_row.reason IS 'Why it was not loaded';
COMMENT ON COLUMN rejected_row."column" IS 'Column at fault, or what is wrong with the row as a whole';
COMMENT ON COLUMN rejected_row."text" IS 'The row''s text';

CREATE OR REPLACE VIEW doubt AS
SELECT f.file_name, d.row_number, d.organisation_code, d.return_code, d.period_start, d.request_id,
       r.reason, r.column_name AS "column", r.row_text AS "text"
FROM data.held_in_doubt AS d
JOIN (
    SELECT file_id, row_number, reason, column_name, row_text FROM data.rejected_row
    UNION ALL
    SELECT file_id, row_number, reason, column_name, cell_text FROM data.register_in_doubt
) AS r ON r.file_id = d.file_id AND r.row_number = d.row_number
JOIN data.loaded_file AS f ON f.file_id = d.file_id;
COMMENT ON VIEW doubt IS 'Expected returns that are not known because a rejected row of a log or of notices, or a value left out of a register, is about them, or may be';
COMMENT ON COLUMN doubt.file_name IS 'File that holds the row';
COMMENT ON COLUMN doubt.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN doubt.organisation_code IS 'ODS code of the organisation that owes the return';
COMMENT ON COLUMN doubt.return_code IS 'Code of the return';
COMMENT ON COLUMN doubt.period_start IS 'First day of the period; where that of the row cannot be read, each period of the return';
COMMENT ON COLUMN doubt.request_id IS 'Request that asked for it, for returns owed on request';
COMMENT ON COLUMN doubt.reason IS 'Why the row was not loaded';
COMMENT ON COLUMN doubt."column" IS 'Column at fault, or what is wrong with the row as a whole';
COMMENT ON COLUMN doubt."text" IS 'The row''s text';

CREATE OR REPLACE VIEW rejected_value AS
SELECT f.file_name, v.row_number, v.column_name AS "column", v.cell_text AS "text"
FROM data.rejected_value AS v JOIN data.loaded_file AS f USING (file_id);
COMMENT ON VIEW rejected_value IS 'Values that could not be read and were left out; their rows are loaded';
COMMENT ON COLUMN rejected_value.file_name IS 'File that holds the value';
COMMENT ON COLUMN rejected_value.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN rejected_value."column" IS 'Column that the value stands in';
COMMENT ON COLUMN rejected_value."text" IS 'The value''s text';

CREATE OR REPLACE VIEW collective_action AS FROM data.collective_action;
COMMENT ON VIEW collective_action IS 'Dated periods of collective action, from monitor.toml';
COMMENT ON COLUMN collective_action.name IS 'Name of the period';
COMMENT ON COLUMN collective_action.start_on IS 'First day';
COMMENT ON COLUMN collective_action.end_on IS 'Last day; empty while it is open';

CREATE OR REPLACE VIEW job_run AS SELECT job, started_at, ended_at, state, detail FROM data.job_run;
COMMENT ON VIEW job_run IS 'What ran when, up to the publication';
COMMENT ON COLUMN job_run.job IS 'load, check or run; or a job of the schedule';
COMMENT ON COLUMN job_run.started_at IS 'When it began';
COMMENT ON COLUMN job_run.ended_at IS 'When it ended; empty where it did not';
COMMENT ON COLUMN job_run.state IS 'running, done, done_in_part (a person is needed), stopped (by an error), cut_short (killed) or left_out (no working day)';
COMMENT ON COLUMN job_run.detail IS 'What it did, in a line';

CREATE OR REPLACE VIEW ledger AS FROM data.ledger;
COMMENT ON VIEW ledger IS 'What was loaded and answered, each entry sealed with the one before it: monitor verify proves it';
COMMENT ON COLUMN ledger.entry_number IS 'Number of the entry, from 1 on';
COMMENT ON COLUMN ledger.entered_at IS 'When it was entered';
COMMENT ON COLUMN ledger.kind IS 'file (loaded or refused), check (what it rested on, and its answer), decision (about a feed that looks short), dismissal (of rejected rows), rebuild or clock (days to come set aside)';
COMMENT ON COLUMN ledger.content IS 'What it says, as JSON';
COMMENT ON COLUMN ledger.previous_hash IS 'Hash of the entry before it';
COMMENT ON COLUMN ledger.entry_hash IS 'SHA-256 of the hash before, the number, the instant, the kind and the content';

CREATE OR REPLACE VIEW last_check AS SELECT as_of, checked_at FROM data.check_run ORDER BY rowid DESC LIMIT 1;
COMMENT ON VIEW last_check IS 'The day that return_status answers for, and when it was worked out';
COMMENT ON COLUMN last_check.as_of IS 'The day asked about';
COMMENT ON COLUMN last_check.checked_at IS 'When the statuses were worked out and the suites run';

CREATE OR REPLACE VIEW verdict AS
SELECT return_code, expectation, finding, severity, meaning, state, rows_checked, rows_unexpected, rows_listed, detail
FROM data.verdict;
COMMENT ON VIEW verdict IS 'Great Expectations'' verdict on each expectation at the last check, beside our own count';
COMMENT ON COLUMN verdict.return_code IS 'Return whose suite it belongs to';
COMMENT ON COLUMN verdict.expectation IS 'Expectation, in Great Expectations'' words';
COMMENT ON COLUMN verdict.finding IS 'Kind of finding that its unexpected rows become';
COMMENT ON COLUMN verdict.severity IS 'critical, warning or info';
COMMENT ON COLUMN verdict.meaning IS 'What it says, in words';
COMMENT ON COLUMN verdict.state IS 'met, not_met, nothing_expected or could_not_check; not_judged where only Great Expectations can judge it, and was not run';
COMMENT ON COLUMN verdict.rows_checked IS 'Rows that Great Expectations saw';
COMMENT ON COLUMN verdict.rows_unexpected IS 'Rows that Great Expectations counted as unexpected';
COMMENT ON COLUMN verdict.rows_listed IS 'Rows that our own SQL lists: must be the same number';
COMMENT ON COLUMN verdict.detail IS 'Why it could not be checked';

-- The views that others above rest on.
COMMENT ON VIEW data.return_status_row IS 'The view return_status, with the number that other tables point to';
COMMENT ON COLUMN data.return_status_row.expected_id IS 'Number of the expected return, of this check only';
COMMENT ON VIEW data.contact_now IS 'The view contact, with what suppliers are compared by';
COMMENT ON COLUMN data.contact_now.supplier_key IS 'What supplier names are compared by';
COMMENT ON VIEW data.contact_line IS 'The people of the view contact, in one line an organisation or supplier';
COMMENT ON COLUMN data.contact_line.organisation_code IS 'ODS code of the organisation; empty for a supplier';
COMMENT ON COLUMN data.contact_line.supplier_key IS 'What the supplier is compared by; empty for an organisation';
COMMENT ON COLUMN data.contact_line.contact IS 'Name, role, address and number of each';
COMMENT ON VIEW data.absence_row IS 'The view absence, with the request that it is about';
COMMENT ON COLUMN data.absence_row.request_id IS 'The request, for returns owed on request';
COMMENT ON VIEW data.row_in_doubt IS 'Rejected rows of logs and notices that still hold what they may be about in doubt; see the view doubt';
COMMENT ON COLUMN data.row_in_doubt.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.row_in_doubt.row_number IS 'Row of that file';
COMMENT ON COLUMN data.row_in_doubt.organisation_code IS 'ODS code that the row names; empty of a notice about more than one';
COMMENT ON COLUMN data.row_in_doubt.return_code IS 'Return that it names; empty where that cannot be read';
COMMENT ON COLUMN data.row_in_doubt.period_on IS 'A day of the period that it names; empty where that cannot be read';
COMMENT ON COLUMN data.row_in_doubt.request_id IS 'Request that it names';
COMMENT ON COLUMN data.row_in_doubt.from_on IS 'Of a notice that names no period: its first day';
COMMENT ON COLUMN data.row_in_doubt.to_on IS 'Of a notice that names no period: its last day';
COMMENT ON VIEW data.named_in_doubt IS 'The same, with each organisation and return that such a row may be about';
COMMENT ON COLUMN data.named_in_doubt.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.named_in_doubt.row_number IS 'Row of that file';
COMMENT ON COLUMN data.named_in_doubt.organisation_code IS 'ODS code that the row names';
COMMENT ON COLUMN data.named_in_doubt.return_code IS 'Return that it names';
COMMENT ON COLUMN data.named_in_doubt.period_on IS 'A day of the period that it names; empty where that cannot be read';
COMMENT ON COLUMN data.named_in_doubt.request_id IS 'Request that it names';
COMMENT ON COLUMN data.named_in_doubt.from_on IS 'Of a notice that names no period: its first day';
COMMENT ON COLUMN data.named_in_doubt.to_on IS 'Of a notice that names no period: its last day';
COMMENT ON VIEW data.file_reading IS 'Each reading of a file: the first, and one for each time that rejected rows were read again';
COMMENT ON COLUMN data.file_reading.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.file_reading.file_name IS 'Path below inbox/, or the name given';
COMMENT ON COLUMN data.file_reading.sha256 IS 'SHA-256 of its bytes';
COMMENT ON COLUMN data.file_reading.format IS 'What it was recognised as';
COMMENT ON COLUMN data.file_reading.loaded_at IS 'When it was read';
COMMENT ON COLUMN data.file_reading.rows_in_file IS 'Rows of data read';
COMMENT ON COLUMN data.file_reading.rows_duplicate IS 'Rows that had been loaded before';
COMMENT ON COLUMN data.file_reading.first_file_id IS 'Number of its first reading';
COMMENT ON COLUMN data.file_reading.last_file_id IS 'Number of its last reading';
COMMENT ON COLUMN data.file_reading.first_loaded_at IS 'When it was first read';
COMMENT ON VIEW data.file_account IS 'What became of the rows of each file, all its readings taken together';
COMMENT ON COLUMN data.file_account.file_id IS 'Number of its first reading, or of the time it was refused';
COMMENT ON COLUMN data.file_account.rows_loaded IS 'Rows that are new';
COMMENT ON COLUMN data.file_account.rows_duplicate IS 'Rows that had been loaded before, or stand in the file twice';
COMMENT ON COLUMN data.file_account.rows_rejected IS 'Rows that are still rejected';
COMMENT ON VIEW data.later_version IS 'Files of which a later version was loaded: of the same name, or a corrected copy';
COMMENT ON COLUMN data.later_version.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.later_version.later_file_id IS 'Number of the later file';
COMMENT ON COLUMN data.later_version.is_of_the_same IS 'Whether it replaces the earlier one whole';
COMMENT ON VIEW data.dismissed IS 'Rejected rows that a person says hold nothing in doubt';
COMMENT ON COLUMN data.dismissed.dismissal_number IS 'Number of the decision';
COMMENT ON COLUMN data.dismissed.file_name IS 'File that holds the rows';
COMMENT ON COLUMN data.dismissed.row_number IS 'Row; empty where it is every row';
COMMENT ON COLUMN data.dismissed.dismissed_at IS 'When it was decided';
COMMENT ON COLUMN data.dismissed.sha256 IS 'Version of the file; empty where it is every one loaded by then';
COMMENT ON VIEW data.rejected_standing IS 'Rejected rows that no one has dismissed and no row replaces';
COMMENT ON COLUMN data.rejected_standing.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.rejected_standing.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN data.rejected_standing.reason IS 'Why it was not loaded';
COMMENT ON COLUMN data.rejected_standing.column_name IS 'Column at fault, or what is wrong with the row as a whole';
COMMENT ON COLUMN data.rejected_standing.row_text IS 'The row''s text';
COMMENT ON COLUMN data.rejected_standing.file_name IS 'File that holds the row';
COMMENT ON COLUMN data.rejected_standing.format IS 'What the file was recognised as';
COMMENT ON COLUMN data.rejected_standing.first_file_id IS 'Number of the file''s first reading';
COMMENT ON COLUMN data.rejected_standing.first_loaded_at IS 'When the file was first read';
COMMENT ON COLUMN data.rejected_standing.organisation_code IS 'ODS code that a row of a log names';
COMMENT ON COLUMN data.rejected_standing.return_code IS 'Return that it names';
COMMENT ON COLUMN data.rejected_standing.period_on IS 'First day of the period that it names; empty where that cannot be read';
COMMENT ON COLUMN data.rejected_standing.request_id IS 'Request that it names';
COMMENT ON COLUMN data.rejected_standing.is_notice IS 'Whether it is a row of notices';
COMMENT ON COLUMN data.rejected_standing.from_on IS 'Of a notice that names no period: its first day';
COMMENT ON COLUMN data.rejected_standing.to_on IS 'Of a notice that names no period: its last day';
COMMENT ON VIEW data.rejected_open IS 'Rejected rows that no one has dismissed and no row replaces; see rejected_row for all';
COMMENT ON COLUMN data.rejected_open.is_value IS 'Whether it is a value left out of a register, and its row is loaded';
COMMENT ON VIEW data.rejected_told IS 'Rejected rows that are still open, as they are notified: together what came first with one version of a file';
COMMENT ON COLUMN data.rejected_told.is_value IS 'Whether it is a value left out of a register, and its row is loaded';
COMMENT ON COLUMN data.rejected_told.told_as IS 'File name, and the hash of the version in which the row came first';
COMMENT ON VIEW data.value_left_out IS 'The view rejected_value, by the number of the file';
COMMENT ON COLUMN data.value_left_out.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.value_left_out.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN data.value_left_out.column_name IS 'Column that the value stands in';
COMMENT ON COLUMN data.value_left_out.cell_text IS 'The value''s text';
COMMENT ON COLUMN data.value_left_out.reason IS 'Why it was left out; of closed_on also that it is before opened_on';
COMMENT ON VIEW data.register_in_doubt IS 'What organisations'' newest rows leave out of that decides what they owe';
COMMENT ON COLUMN data.register_in_doubt.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.register_in_doubt.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN data.register_in_doubt.organisation_code IS 'ODS code';
COMMENT ON COLUMN data.register_in_doubt.column_name IS 'Column that the value stands in';
COMMENT ON COLUMN data.register_in_doubt.cell_text IS 'The value''s text';
COMMENT ON COLUMN data.register_in_doubt.reason IS 'Why it was left out';
COMMENT ON COLUMN data.register_in_doubt.from_on IS 'Since when the row says what is so';
COMMENT ON COLUMN data.register_in_doubt.file_name IS 'File that holds the row';
COMMENT ON COLUMN data.register_in_doubt.format IS 'What the file was recognised as';
COMMENT ON COLUMN data.register_in_doubt.first_file_id IS 'Number of the file''s first reading';
COMMENT ON COLUMN data.register_in_doubt.first_loaded_at IS 'When the file was first read';
COMMENT ON VIEW data.held_in_doubt IS 'Which expected returns each rejected row holds in doubt; see the view doubt';
COMMENT ON COLUMN data.held_in_doubt.expected_id IS 'Number of the expected return in the last check';
COMMENT ON COLUMN data.held_in_doubt.file_id IS 'Number of the reading of a file';
COMMENT ON COLUMN data.held_in_doubt.row_number IS 'Row as a spreadsheet shows it, the heading being row 1';
COMMENT ON COLUMN data.held_in_doubt.organisation_code IS 'ODS code of the organisation that owes the return';
COMMENT ON COLUMN data.held_in_doubt.return_code IS 'Code of the return';
COMMENT ON COLUMN data.held_in_doubt.period_start IS 'First day of the period';
COMMENT ON COLUMN data.held_in_doubt.period_end IS 'Last day of the period';
COMMENT ON COLUMN data.held_in_doubt.request_id IS 'Request that asked for it';
COMMENT ON VIEW data.finding_current IS 'Each finding with its latest event; see the view finding';
COMMENT ON COLUMN data.finding_current.finding_key IS 'What it is about, in one text: the same again is the same finding';
COMMENT ON COLUMN data.finding_current.opened_as_of IS 'The day asked about when it was first found';
COMMENT ON COLUMN data.finding_current.is_resolved_by_hand IS 'Whether a person resolved it while it is still being found';
COMMENT ON COLUMN data.finding_current.is_joined IS 'Whether its period became part of an absence that begins earlier';
COMMENT ON VIEW data.submission_attempt IS 'Every dated attempt to submit: of submission logs, and of CQRS extracts; see the view submission';
COMMENT ON COLUMN data.submission_attempt.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.submission_attempt.row_number IS 'Row of that file';
COMMENT ON COLUMN data.submission_attempt.organisation_code IS 'ODS code';
COMMENT ON COLUMN data.submission_attempt.return_code IS 'Code of the return';
COMMENT ON COLUMN data.submission_attempt.period_start IS 'First day of the period';
COMMENT ON COLUMN data.submission_attempt.submitted_at IS 'Instant of the attempt';
COMMENT ON COLUMN data.submission_attempt.submitted_on IS 'London date of the attempt';
COMMENT ON COLUMN data.submission_attempt.outcome IS 'accepted, rejected or nil';
COMMENT ON COLUMN data.submission_attempt.record_count IS 'Records sent, where stated; of CQRS the fields';
COMMENT ON COLUMN data.submission_attempt.submission_id IS 'Identifier, where stated';
COMMENT ON COLUMN data.submission_attempt.request_id IS 'Request that it answers, where stated';
COMMENT ON COLUMN data.submission_attempt.detail IS 'Free text';

COMMENT ON VIEW data.participation_stated IS 'Every statement of participation; see the view participation';
COMMENT ON COLUMN data.participation_stated.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.participation_stated.row_number IS 'Row of that file';
COMMENT ON COLUMN data.participation_stated.organisation_code IS 'ODS code';
COMMENT ON COLUMN data.participation_stated.return_code IS 'Return that it is about';
COMMENT ON COLUMN data.participation_stated.state IS 'accepted, pending, declined or withdrawn';
COMMENT ON COLUMN data.participation_stated.from_on IS 'First day';
COMMENT ON COLUMN data.participation_stated.to_on IS 'Last day; empty: no end known';

COMMENT ON VIEW data.published_evidence IS 'What published files show about a return, an organisation and a period; see the view submission';
COMMENT ON COLUMN data.published_evidence.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.published_evidence.row_number IS 'Row of that file';
COMMENT ON COLUMN data.published_evidence.organisation_code IS 'ODS code';
COMMENT ON COLUMN data.published_evidence.return_code IS 'Return that it is evidence for';
COMMENT ON COLUMN data.published_evidence.period_start IS 'First day of the period';
COMMENT ON COLUMN data.published_evidence.outcome IS 'accepted, absent, suppressed or rejected';
COMMENT ON COLUMN data.published_evidence.record_count IS 'Figure published';
COMMENT ON COLUMN data.published_evidence.participating IS 'The file''s participation flag; empty where there is none or it is hidden';
COMMENT ON COLUMN data.published_evidence.source IS 'Publication that it comes from; see data.published_source';
COMMENT ON COLUMN data.published_evidence.detail IS 'What else the file says that decides';
COMMENT ON COLUMN data.published_evidence.parts_missing IS 'Which parts of the data are missing; blank text: none; empty: the file does not show it';

COMMENT ON VIEW data.published_source IS 'What each publication shows about a return';
COMMENT ON COLUMN data.published_source.source IS 'Publication';
COMMENT ON COLUMN data.published_source.return_code IS 'Return that it is evidence for';
COMMENT ON COLUMN data.published_source.absence_tells IS 'Whether a practice that a whole edition does not name has sent nothing';
COMMENT ON COLUMN data.published_source.trust IS 'Which publication holds where none shows data: the least number';
COMMENT ON COLUMN data.published_source.has_parts IS 'Whether it comes as several files by region, of which all must be in';

COMMENT ON VIEW data.fact_source IS 'Which published file is trusted where several state a fact about an organisation as at the same day';
COMMENT ON COLUMN data.fact_source.source IS 'Publication';
COMMENT ON COLUMN data.fact_source.trust IS 'The least number is believed first';
COMMENT ON COLUMN data.fact_source.is_about_organisations IS 'Whether it shows where an organisation belongs, or only to which ICB and region a sub-ICB belongs';

COMMENT ON VIEW data.published_fact IS 'What published files state about organisations, as at a day';
COMMENT ON COLUMN data.published_fact.file_id IS 'File that it was loaded from';
COMMENT ON COLUMN data.published_fact.row_number IS 'Row of that file';
COMMENT ON COLUMN data.published_fact.source IS 'Publication; see data.fact_source';
COMMENT ON COLUMN data.published_fact.organisation_code IS 'ODS code';
COMMENT ON COLUMN data.published_fact.at_on IS 'Day that the statement is about';
COMMENT ON COLUMN data.published_fact.region_code IS 'NHS region of the sub-ICB';
COMMENT ON COLUMN data.published_fact.icb_code IS 'ICB of the sub-ICB';
COMMENT ON COLUMN data.published_fact.sub_icb_code IS 'Sub-ICB; empty where the file says nothing';
COMMENT ON COLUMN data.published_fact.pcn_code IS 'PCN; an empty text for in no PCN, NULL where the file says nothing';
COMMENT ON COLUMN data.published_fact.clinical_supplier IS 'Supplier of the clinical system';
COMMENT ON COLUMN data.published_fact.telephony_supplier IS 'Supplier of telephony';
COMMENT ON COLUMN data.published_fact.online_supplier IS 'Supplier of online consultation';
COMMENT ON COLUMN data.published_fact.list_size IS 'Registered patients';

CREATE OR REPLACE VIEW appointments_coverage AS FROM data.appointments_coverage;
COMMENT ON VIEW appointments_coverage IS 'Our count of practices with appointments beside the published one, by sub-ICB and month: an independent check';
COMMENT ON COLUMN appointments_coverage.sub_icb_code IS 'Sub-ICB';
COMMENT ON COLUMN appointments_coverage.period_start IS 'First day of the month';
COMMENT ON COLUMN appointments_coverage.open_practices IS 'Open practices, as published';
COMMENT ON COLUMN appointments_coverage.included_practices IS 'Practices whose data are included, as published';
COMMENT ON COLUMN appointments_coverage.published_without_data IS 'Open practices that are not included, as published';
COMMENT ON COLUMN appointments_coverage.practices_with_data IS 'Practices with appointments in the practice-level files loaded';
COMMENT ON COLUMN appointments_coverage.difference IS 'Ours less the published one: below 0 where the files loaded are incomplete';
COMMENT ON VIEW data.appointments_coverage IS 'Our count of practices with appointments beside the published one, by sub-ICB and month: an independent check';
COMMENT ON COLUMN data.appointments_coverage.sub_icb_code IS 'Sub-ICB';
COMMENT ON COLUMN data.appointments_coverage.period_start IS 'First day of the month';
COMMENT ON COLUMN data.appointments_coverage.open_practices IS 'Open practices, as published';
COMMENT ON COLUMN data.appointments_coverage.included_practices IS 'Practices whose data are included, as published';
COMMENT ON COLUMN data.appointments_coverage.published_without_data IS 'Open practices that are not included, as published';
COMMENT ON COLUMN data.appointments_coverage.practices_with_data IS 'Practices with appointments in the practice-level files loaded';
COMMENT ON COLUMN data.appointments_coverage.difference IS 'Ours less the published one: below 0 where the files loaded are incomplete';

COMMENT ON VIEW data.delivery IS 'Each recipient of each alert with what came of it last; see the view alert';
COMMENT ON COLUMN data.delivery.alert_id IS 'Alert';
COMMENT ON COLUMN data.delivery.recipient IS 'Address, outbox, or channel:NAME';
COMMENT ON COLUMN data.delivery.attempts IS 'How often it was tried';
COMMENT ON COLUMN data.delivery.sent_at IS 'When it was accepted or written, the last time';
COMMENT ON COLUMN data.delivery.last_error IS 'What the last attempt met with, where it was not accepted';
COMMENT ON COLUMN data.delivery.state IS 'planned, sent, written or undeliverable';

COMMENT ON VIEW data.alert_current IS 'The view alert, with the order in which alerts were planned';
COMMENT ON COLUMN data.alert_current.alert_number IS 'Order in which alerts were planned';

CREATE OR REPLACE VIEW monthly_rollup AS
SELECT month, return_code, icb_code, required, received, received_late, rejected, not_received, not_known, as_of, made_at
FROM data.monthly_rollup;
COMMENT ON VIEW monthly_rollup IS 'How complete the returns were that fell due in a month, as the first check after its end knew it: of months before the first check, that one; never changed afterwards';
COMMENT ON COLUMN monthly_rollup.month IS 'First day of the month in which the returns fell due';
COMMENT ON COLUMN monthly_rollup.return_code IS 'Return';
COMMENT ON COLUMN monthly_rollup.icb_code IS 'Integrated care board; empty where not known';
COMMENT ON COLUMN monthly_rollup.required IS 'Expected returns but those not required';
COMMENT ON COLUMN monthly_rollup.received IS 'Of these received in time, or by published evidence';
COMMENT ON COLUMN monthly_rollup.received_late IS 'Received late';
COMMENT ON COLUMN monthly_rollup.rejected IS 'Sent, and rejected at the source';
COMMENT ON COLUMN monthly_rollup.not_received IS 'Not received';
COMMENT ON COLUMN monthly_rollup.not_known IS 'Not known';
COMMENT ON COLUMN monthly_rollup.as_of IS 'The day of the check that was counted';
COMMENT ON COLUMN monthly_rollup.made_at IS 'When it was counted';
