-- The store's tables. Each says in its comment of which kind it is; store_state.py reads it there:
--   append-only: received   files, their rows, what people decided about feeds: what answers rest on
--   append-only: answered   checks, findings, the ledger, roll-ups
--   append-only: sent       messages, deliveries, what people decided about messages
--   append-only: ran        job runs; no answer and no page rests on them
--   rebuildable             worked out from the others; may be dropped at any time
-- What is append-only is never deleted, and cannot be worked out again.
-- A row of a dropped file carries its file_id and its row_number (as a spreadsheet shows it: the heading is row 1).

CREATE SCHEMA IF NOT EXISTS data;
CREATE SEQUENCE IF NOT EXISTS data.next_file;
CREATE SEQUENCE IF NOT EXISTS data.next_run;
CREATE SEQUENCE IF NOT EXISTS data.next_alert;
CREATE SEQUENCE IF NOT EXISTS data.next_attempt;

CREATE TABLE IF NOT EXISTS data.schema_version (version INTEGER NOT NULL);   -- which tables.sql made this: migrations.py
COMMENT ON TABLE data.schema_version IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.schema_made (text_hash VARCHAR NOT NULL);     -- which text of the schema made tables and views
COMMENT ON TABLE data.schema_made IS 'rebuildable';

-- append-only: files and their rejected rows ------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS data.loaded_file (
    file_id INTEGER PRIMARY KEY,
    file_name VARCHAR NOT NULL,          -- path below inbox/, or as given
    sha256 VARCHAR NOT NULL,
    format VARCHAR,                      -- NULL for a refused file of no known format
    loaded_at TIMESTAMPTZ NOT NULL,
    rows_in_file BIGINT NOT NULL,
    rows_loaded BIGINT NOT NULL,
    rows_duplicate BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    state VARCHAR NOT NULL,              -- loaded | refused
    detail VARCHAR,                      -- why refused; columns not used or not found
    edition_on DATE,                     -- as at which day the file itself is, where its content says
    edition_version INTEGER NOT NULL,    -- a re-issue by its name: _v2 is 2, _0526 comes after every _v
    regions VARCHAR                      -- the regions a part of a split publication holds, "Y56;Y61"; NULL: no part
);
COMMENT ON TABLE data.loaded_file IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.rejected_row (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    column_name VARCHAR,
    row_text VARCHAR
);
COMMENT ON TABLE data.rejected_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.unreadable_row (   -- rejected rows of published files that name an organisation
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL, format_table VARCHAR NOT NULL,
    organisation_code VARCHAR NOT NULL, period_start DATE
);
COMMENT ON TABLE data.unreadable_row IS 'append-only: received';

-- Rejected rows of logs and notices that name an organisation, a return or both: what they may be about is in doubt.
CREATE TABLE IF NOT EXISTS data.doubtful_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR,           -- NULL of a notice that is about more than one
    return_code VARCHAR,                 -- NULL where it cannot be read: any that the organisation owes
    period_on DATE,                      -- the first day of the period; NULL where it cannot be read: any of the return
    request_id VARCHAR,
    is_notice BOOLEAN, notice_id VARCHAR,
    from_on DATE, to_on DATE             -- of a notice that names no period: the days in which periods end
);
COMMENT ON TABLE data.doubtful_row IS 'append-only: received';

-- Optional values that could not be read and were left out; their rows are loaded.
CREATE TABLE IF NOT EXISTS data.rejected_value (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL, column_name VARCHAR NOT NULL, cell_text VARCHAR NOT NULL
);
COMMENT ON TABLE data.rejected_value IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.mapped_file (
    file_id INTEGER NOT NULL,
    column_map VARCHAR NOT NULL          -- the [[column_map]] it was read by, as JSON
);
COMMENT ON TABLE data.mapped_file IS 'append-only: received';

-- append-only: rows of the files that people keep themselves --------------------------------------------------

CREATE TABLE IF NOT EXISTS data.organisation_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, organisation_name VARCHAR, organisation_kind VARCHAR, contract_type VARCHAR,
    icb_code VARCHAR, icb_name VARCHAR, sub_icb_code VARCHAR, pcn_code VARCHAR,
    clinical_supplier VARCHAR, telephony_supplier VARCHAR, online_supplier VARCHAR,
    list_size BIGINT, opened_on DATE, closed_on DATE, successor_code VARCHAR, valid_from DATE, valid_to DATE
);
COMMENT ON TABLE data.organisation_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.submission_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, return_code VARCHAR NOT NULL, period_start DATE NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    submitted_on DATE NOT NULL,          -- the London date of submitted_at
    outcome VARCHAR NOT NULL, record_count BIGINT,
    submission_id VARCHAR USING COMPRESSION zstd,  -- all differ: the search for a dictionary of them is slow
    request_id VARCHAR, detail VARCHAR
);
COMMENT ON TABLE data.submission_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.request_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    request_id VARCHAR NOT NULL, organisation_code VARCHAR NOT NULL, return_code VARCHAR NOT NULL,
    requested_on DATE NOT NULL, due_on DATE, subject VARCHAR
);
COMMENT ON TABLE data.request_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.notice_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    notice_id VARCHAR NOT NULL, return_code VARCHAR NOT NULL, kind VARCHAR NOT NULL, period_start DATE,
    scope VARCHAR NOT NULL, scope_value VARCHAR, new_due_on DATE, from_on DATE, to_on DATE,
    reason VARCHAR, reference VARCHAR
);
COMMENT ON TABLE data.notice_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.participation_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, return_code VARCHAR NOT NULL, state VARCHAR NOT NULL,
    from_on DATE NOT NULL, to_on DATE
);
COMMENT ON TABLE data.participation_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.contact_row (          -- whom to ask at an organisation, or at a supplier
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR, supplier VARCHAR, supplier_key VARCHAR,   -- by which supplier names are compared
    name VARCHAR, role VARCHAR, email VARCHAR, phone VARCHAR, note VARCHAR
);
COMMENT ON TABLE data.contact_row IS 'append-only: received';

-- append-only: rows of published NHS files --------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS data.epraccur_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, organisation_name VARCHAR, region_code VARCHAR, postcode_icb_code VARCHAR,
    opened_on DATE, closed_on DATE, status VARCHAR, sub_icb_code VARCHAR, joined_on DATE, left_on DATE,
    is_gp_practice BOOLEAN NOT NULL      -- a GP practice of England: setting RO76 (legacy 4) and an English region
);
COMMENT ON TABLE data.epraccur_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.pcn_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    pcn_code VARCHAR NOT NULL, pcn_name VARCHAR, sub_icb_code VARCHAR, opened_on DATE, closed_on DATE
);
COMMENT ON TABLE data.pcn_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.pcn_partner_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, organisation_name VARCHAR, practice_sub_icb_code VARCHAR,
    pcn_code VARCHAR NOT NULL, pcn_sub_icb_code VARCHAR, from_on DATE, to_on DATE
);
COMMENT ON TABLE data.pcn_partner_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.registered_list_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    extract_on DATE NOT NULL, organisation_code VARCHAR NOT NULL, sub_icb_code VARCHAR, number_of_patients BIGINT
);
COMMENT ON TABLE data.registered_list_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.registered_map_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    extract_on DATE NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR,
    pcn_code VARCHAR, pcn_name VARCHAR, sub_icb_code VARCHAR, sub_icb_name VARCHAR,
    icb_code VARCHAR, icb_name VARCHAR, region_code VARCHAR, supplier_name VARCHAR
);
COMMENT ON TABLE data.registered_map_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.online_consultation_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR,
    pcn_code VARCHAR, pcn_name VARCHAR, sub_icb_code VARCHAR, sub_icb_name VARCHAR,
    icb_code VARCHAR, icb_name VARCHAR, region_code VARCHAR, supplier VARCHAR,
    submissions BIGINT,                  -- NULL where the file hides the figure
    list_size BIGINT,
    participating BOOLEAN                -- NULL where the file has no flag, or hides it
);
COMMENT ON TABLE data.online_consultation_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.branch_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    branch_code VARCHAR NOT NULL, branch_name VARCHAR, opened_on DATE, closed_on DATE, organisation_code VARCHAR NOT NULL
);
COMMENT ON TABLE data.branch_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.succession_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL, successor_code VARCHAR NOT NULL, reason_code VARCHAR, effective_on DATE NOT NULL
);
COMMENT ON TABLE data.succession_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.cqrs_participation_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    quality_service VARCHAR NOT NULL, organisation_code VARCHAR NOT NULL,
    return_code VARCHAR,                 -- NULL: the service feeds no mandatory return
    from_on DATE NOT NULL, to_on DATE
);
COMMENT ON TABLE data.cqrs_participation_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.cqrs_extract_row (   -- one row a submission of a practice for a service
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    quality_service VARCHAR NOT NULL, organisation_code VARCHAR NOT NULL,
    return_code VARCHAR,                 -- NULL: the service feeds no mandatory return
    achieved_on DATE NOT NULL, period_start DATE NOT NULL, submitted_at TIMESTAMPTZ NOT NULL, submitted_on DATE NOT NULL,
    is_last BOOLEAN NOT NULL,            -- not superseded by a later submission of the same file
    rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.cqrs_extract_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.telephony_summary_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR,
    pcn_code VARCHAR, sub_icb_code VARCHAR,
    icb_code VARCHAR,                    -- as published, and wrong in some rows: never a fact
    region_code VARCHAR, inbound_calls BIGINT,
    call_backs BIGINT                    -- requested; NULL where the file hides the figure or has none
);
COMMENT ON TABLE data.telephony_summary_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.telephony_participation_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR,
    pcn_code VARCHAR, sub_icb_code VARCHAR, region_code VARCHAR,
    agreed BOOLEAN, included BOOLEAN, shared_account BOOLEAN   -- NULL where neither Yes nor No
);
COMMENT ON TABLE data.telephony_participation_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.telephony_calls_row (  -- one row a practice and month of a file
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL,   -- UNASSIGNED: calls of shared accounts
    region_code VARCHAR, sub_icb_code VARCHAR, pcn_code VARCHAR,
    inbound_calls BIGINT,                -- NULL where the layout does not count them
    rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.telephony_calls_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.diabetes_audit_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR, registrations BIGINT
);
COMMENT ON TABLE data.diabetes_audit_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.core_gp_contract_row ( -- one row a practice, period and return of a file
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL,
    return_code VARCHAR,                 -- NULL: indicators that are evidence for no return
    figures_shown BIGINT NOT NULL,       -- how many of the figures are numbers; the others are hidden
    rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.core_gp_contract_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.dementia_data_date_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    organisation_code VARCHAR NOT NULL,
    latest_on DATE, period_start DATE,   -- the latest submission and its contract year; NULL: none is known
    region_code VARCHAR, icb_code VARCHAR, sub_icb_code VARCHAR, pcn_code VARCHAR
);
COMMENT ON TABLE data.dementia_data_date_row IS 'append-only: received';

-- Of the long files one row is kept a practice and month: row_number is that of the first line, rows_gathered their number.
-- organisation_code NULL: what the file maps to no practice. pcn_code '': in no PCN.

CREATE TABLE IF NOT EXISTS data.online_consultation_metric_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR, pcn_code VARCHAR, sub_icb_code VARCHAR, icb_code VARCHAR,
    region_code VARCHAR,
    supplier VARCHAR,                    -- all of them, "A;B"
    submissions BIGINT,                  -- NULL where the file hides the figure
    list_size BIGINT,
    participating BOOLEAN,               -- NULL where the file has no flag, or hides it
    rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.online_consultation_metric_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.appointments_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR, pcn_code VARCHAR, sub_icb_code VARCHAR,
    supplier VARCHAR,                    -- clinical; all of them, "A;B"
    appointments BIGINT NOT NULL, rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.appointments_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.appointments_annex_row (  -- Annex 1: one row a practice and month
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, pcn_code VARCHAR, sub_icb_code VARCHAR,
    supplier VARCHAR,                    -- clinical; all of them, "A;B"
    appointments BIGINT,                 -- NULL where the file hides the figure
    list_size BIGINT,
    categorised BIGINT,                  -- appointments in any national category; NULL where the file has none
    uncategorised BIGINT                 -- those of them that are unmapped or of unknown category
);
COMMENT ON TABLE data.appointments_annex_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.appointments_map_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR, organisation_name VARCHAR, pcn_code VARCHAR,
    sub_icb_code VARCHAR, icb_code VARCHAR, region_code VARCHAR, supplier VARCHAR
);
COMMENT ON TABLE data.appointments_map_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.appointments_coverage_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    sub_icb_code VARCHAR NOT NULL, period_start DATE NOT NULL, included_practices BIGINT NOT NULL,
    open_practices BIGINT NOT NULL, included_patients BIGINT NOT NULL, open_patients BIGINT NOT NULL
);
COMMENT ON TABLE data.appointments_coverage_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.workforce_detailed_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL, pcn_code VARCHAR, sub_icb_code VARCHAR,
    icb_code VARCHAR, region_code VARCHAR, list_size BIGINT,
    gp_source VARCHAR, nurse_source VARCHAR, dpc_source VARCHAR, admin_source VARCHAR,   -- as the file says
    gp_headcount BIGINT, nurse_headcount BIGINT, dpc_headcount BIGINT, admin_headcount BIGINT   -- NULL for NA and ND
);
COMMENT ON TABLE data.workforce_detailed_row IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.workforce_high_level_row (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    period_start DATE NOT NULL, organisation_code VARCHAR NOT NULL,
    groups_named VARCHAR,                -- the staff groups that the file has of it: "admin;dpc;gp;nurse"
    groups_shown VARCHAR,                -- those of them that show records
    headcount BIGINT, rows_gathered BIGINT NOT NULL
);
COMMENT ON TABLE data.workforce_high_level_row IS 'append-only: received';

-- append-only: what was found, and what ran -------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS data.job_run (
    run_id INTEGER PRIMARY KEY, job VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL, ended_at TIMESTAMPTZ,
    state VARCHAR NOT NULL,              -- running | done | done_in_part | stopped (by an error) | cut_short | left_out
    detail VARCHAR,
    scheduled_for TIMESTAMP              -- the occurrence of its schedule that it was for, on London's wall clock
);
COMMENT ON TABLE data.job_run IS 'append-only: ran';

CREATE TABLE IF NOT EXISTS data.job_watch (        -- from when on a job is run by a schedule, on London's wall clock
    job VARCHAR PRIMARY KEY, since TIMESTAMP NOT NULL
);
COMMENT ON TABLE data.job_watch IS 'append-only: ran';

CREATE TABLE IF NOT EXISTS data.monthly_rollup (   -- how complete the returns were that fell due in a month, as known then
    month DATE NOT NULL, return_code VARCHAR NOT NULL, icb_code VARCHAR,
    required BIGINT NOT NULL, received BIGINT NOT NULL, received_late BIGINT NOT NULL, rejected BIGINT NOT NULL,
    not_received BIGINT NOT NULL, not_known BIGINT NOT NULL, as_of DATE, made_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.monthly_rollup IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.status_moved (     -- how the answer of a recorded check differs from that of the one before
    as_of_before DATE NOT NULL, as_of DATE NOT NULL, changed_at TIMESTAMPTZ NOT NULL,
    organisation_code VARCHAR NOT NULL, return_code VARCHAR NOT NULL, period_start DATE NOT NULL, request_id VARCHAR,
    status_before VARCHAR, cause_before VARCHAR,   -- empty: it was not expected yet
    status_now VARCHAR, cause_now VARCHAR          -- empty: it is no longer expected
);
COMMENT ON TABLE data.status_moved IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.status_recorded (  -- the answer of the last recorded check, to compare the next one with
    organisation_code VARCHAR NOT NULL, return_code VARCHAR NOT NULL, period_start DATE NOT NULL,
    request_id VARCHAR NOT NULL,                   -- blank text: none
    status VARCHAR NOT NULL, cause VARCHAR
);
COMMENT ON TABLE data.status_recorded IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.return_recorded (  -- of each return: a hash of what status_recorded says of it
    return_code VARCHAR NOT NULL, said VARCHAR NOT NULL
);
COMMENT ON TABLE data.return_recorded IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.finding_subject (
    finding_id VARCHAR PRIMARY KEY, finding_key VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    return_code VARCHAR NOT NULL, period_start DATE, period_end DATE, organisation_code VARCHAR, request_id VARCHAR,
    supplier VARCHAR, area_code VARCHAR, due_on DATE,
    opened_at TIMESTAMPTZ NOT NULL, opened_as_of DATE NOT NULL
);
COMMENT ON TABLE data.finding_subject IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.finding_event (
    finding_id VARCHAR NOT NULL, event VARCHAR NOT NULL,   -- opened | changed | resolved | joined | resolved_by_hand | gone
    happened_at TIMESTAMPTZ NOT NULL, as_of DATE NOT NULL,
    severity VARCHAR, cause VARCHAR, organisations BIGINT, suite VARCHAR, expectation VARCHAR,
    periods BIGINT                       -- how many periods it stands for
);
COMMENT ON TABLE data.finding_event IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.check_run (        -- what each check asked: the same fingerprint again means nothing is new
    as_of DATE NOT NULL, fingerprint VARCHAR NOT NULL, checked_at TIMESTAMPTZ NOT NULL,
    recorded BOOLEAN NOT NULL            -- false for a look back: its findings were shown and not recorded
);
COMMENT ON TABLE data.check_run IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.ledger (           -- what was loaded and answered, each entry sealed with the one before it
    entry_number INTEGER PRIMARY KEY, entered_at TIMESTAMPTZ NOT NULL,
    kind VARCHAR NOT NULL,               -- file | check | decision | dismissal | rebuild | clock
    content VARCHAR NOT NULL,            -- JSON
    previous_hash VARCHAR NOT NULL, entry_hash VARCHAR NOT NULL
);
COMMENT ON TABLE data.ledger IS 'append-only: answered';

CREATE TABLE IF NOT EXISTS data.alert (            -- a message about findings, decided on; what came of it is in delivery_attempt
    alert_id VARCHAR PRIMARY KEY, alert_number INTEGER NOT NULL, message_id VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    subject VARCHAR NOT NULL, as_of DATE NOT NULL, planned_at TIMESTAMPTZ NOT NULL,
    summary_since DATE                   -- of a weekly summary: since when it says what changed
);
COMMENT ON TABLE data.alert IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_recipient (  -- an address, outbox, or channel:NAME
    alert_id VARCHAR NOT NULL, recipient VARCHAR NOT NULL, PRIMARY KEY (alert_id, recipient)
);
COMMENT ON TABLE data.alert_recipient IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_item (     -- what an alert says, and as what it says it; of a summary also what it counts
    alert_id VARCHAR NOT NULL, item_id VARCHAR NOT NULL,   -- a finding, or due_soon/RETURN/PERIOD_START/DUE_ON
    reason VARCHAR NOT NULL, severity VARCHAR NOT NULL, cause VARCHAR,
    periods BIGINT,                      -- how many periods it spoke of
    PRIMARY KEY (alert_id, item_id)
);
COMMENT ON TABLE data.alert_item IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_message (    -- the message as it was planned; but for its Date as it is sent; not published
    alert_id VARCHAR PRIMARY KEY, message BLOB NOT NULL      -- compressed by zlib
);
COMMENT ON TABLE data.alert_message IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_item_withdrawn (   -- what was over before the message left: this recipient never heard of it
    alert_id VARCHAR NOT NULL, recipient VARCHAR NOT NULL, item_id VARCHAR NOT NULL, withdrawn_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.alert_item_withdrawn IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_rewritten (  -- written anew, without what was withdrawn; the last one is sent
    alert_id VARCHAR NOT NULL, rewriting INTEGER NOT NULL, subject VARCHAR NOT NULL, rewritten_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.alert_rewritten IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.alert_message_anew (   -- the message of a rewriting, as alert_message; not published
    alert_id VARCHAR NOT NULL, rewriting INTEGER NOT NULL, message BLOB NOT NULL
);
COMMENT ON TABLE data.alert_message_anew IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.delivery_attempt (
    attempt_number INTEGER NOT NULL, alert_id VARCHAR NOT NULL, recipient VARCHAR NOT NULL, attempted_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,            -- accepted | written | deferred | refused | asked_again | withdrawn | begun
    detail VARCHAR
);
COMMENT ON TABLE data.delivery_attempt IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.planned_for (      -- on what ground there was nothing more to say: planned.py
    ground VARCHAR NOT NULL
);
COMMENT ON TABLE data.planned_for IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.silence (          -- what is muted until an instant
    silence_id VARCHAR PRIMARY KEY, author VARCHAR NOT NULL, reason VARCHAR NOT NULL, asked_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL, item_id VARCHAR, kind VARCHAR, return_code VARCHAR, supplier VARCHAR,
    organisation_code VARCHAR, area_code VARCHAR             -- each that is given must hold
);
COMMENT ON TABLE data.silence IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.silence_ended (silence_id VARCHAR NOT NULL, author VARCHAR NOT NULL, ended_at TIMESTAMPTZ NOT NULL);
COMMENT ON TABLE data.silence_ended IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.decision (         -- what a person decided about a finding, or about an alert not delivered
    about_id VARCHAR NOT NULL, decision VARCHAR NOT NULL,    -- acknowledged | resolved
    author VARCHAR NOT NULL, reason VARCHAR, comment VARCHAR, decided_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.decision IS 'append-only: sent';

CREATE TABLE IF NOT EXISTS data.feed_decision (    -- what a person decided about a feed that looked short: the last one holds
    decision_number INTEGER NOT NULL, return_code VARCHAR NOT NULL, period_start DATE NOT NULL,
    decision VARCHAR NOT NULL,           -- released | held
    author VARCHAR NOT NULL, reason VARCHAR NOT NULL, decided_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.feed_decision IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.dismissal (        -- a person says that rejected rows hold nothing in doubt
    dismissal_number INTEGER NOT NULL, file_name VARCHAR NOT NULL, row_number BIGINT,   -- NULL: all rows of the file
    author VARCHAR NOT NULL, reason VARCHAR NOT NULL, dismissed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.dismissal IS 'append-only: received';

CREATE TABLE IF NOT EXISTS data.dismissal_version (    -- which version of the file alone a dismissal is about, if not all
    dismissal_number INTEGER NOT NULL, sha256 VARCHAR NOT NULL, dismissed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE data.dismissal_version IS 'append-only: received';

-- What of the inbox could not be read, each time that it is another: the last note holds.
CREATE TABLE IF NOT EXISTS data.unread_inbox (
    note_number INTEGER NOT NULL, noted_at TIMESTAMPTZ NOT NULL,
    parts INTEGER NOT NULL,              -- how many
    names VARCHAR[] NOT NULL, details VARCHAR[] NOT NULL
);
COMMENT ON TABLE data.unread_inbox IS 'append-only: received';
CREATE TABLE IF NOT EXISTS data.clock_set_back (   -- the clock was ahead up to this run and check: their days to come do not count
    decided_at TIMESTAMPTZ NOT NULL, until_run INTEGER NOT NULL, until_check BIGINT NOT NULL,
    author VARCHAR NOT NULL, reason VARCHAR NOT NULL
);
COMMENT ON TABLE data.clock_set_back IS 'append-only: ran';

-- rebuildable -------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS data.rejected_under (   -- what the rejected rows of a reading were judged by
    file_id INTEGER NOT NULL, format_table VARCHAR NOT NULL,
    headings VARCHAR NOT NULL,           -- of the cells in data.rejected_row.row_text, as JSON
    judged_under VARCHAR NOT NULL,       -- a hash of the program, the returns and the column maps
    again_at TIMESTAMPTZ                 -- when the first of them lies in the future no more
);
COMMENT ON TABLE data.rejected_under IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.file_seen (        -- spares reading again the bytes of files that have not changed
    path VARCHAR PRIMARY KEY, size BIGINT NOT NULL, modified_ns BIGINT NOT NULL, sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE data.file_seen IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.member_seen (      -- spares unpacking again what was loaded from an archive
    archive_sha256 VARCHAR, place INTEGER, sha256 VARCHAR NOT NULL, PRIMARY KEY (archive_sha256, place)
);
COMMENT ON TABLE data.member_seen IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.organisations_built (last_file_id INTEGER NOT NULL);   -- up to which file they count
COMMENT ON TABLE data.organisations_built IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.organisation_dated (   -- one row an organisation and span of days with the same facts
    organisation_code VARCHAR NOT NULL, from_on DATE NOT NULL, to_on DATE NOT NULL,
    organisation_name VARCHAR, organisation_kind VARCHAR, contract_type VARCHAR,
    region_code VARCHAR, icb_code VARCHAR, icb_name VARCHAR, sub_icb_code VARCHAR, pcn_code VARCHAR, pcn_name VARCHAR,
    clinical_supplier VARCHAR, telephony_supplier VARCHAR, online_supplier VARCHAR,
    clinical_keys VARCHAR, telephony_keys VARCHAR, online_keys VARCHAR,
    list_size BIGINT, opened_on DATE, closed_on DATE, successor_code VARCHAR, source VARCHAR,
    register_status VARCHAR              -- active, dormant ..., as the ODS register has it; NULL where it says nothing
);
COMMENT ON TABLE data.organisation_dated IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.mandatory_return (
    return_code VARCHAR PRIMARY KEY, return_title VARCHAR NOT NULL, owed_by VARCHAR NOT NULL, sent_by VARCHAR,
    kind VARCHAR NOT NULL, period VARCHAR NOT NULL, supplier_kind VARCHAR NOT NULL,
    contract_types VARCHAR NOT NULL,     -- ";GMS;PMS;", empty where every contract type is covered
    effective_from DATE, effective_to DATE, grace_days INTEGER NOT NULL, due_rule VARCHAR, due_basis VARCHAR,
    gms_reference VARCHAR, pms_reference VARCHAR, guidance VARCHAR, actions VARCHAR,
    most_unmapped DOUBLE                 -- the share without a national category above which a part is missing
);
COMMENT ON TABLE data.mandatory_return IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.collective_action (name VARCHAR, start_on DATE, end_on DATE);
COMMENT ON TABLE data.collective_action IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.unchecked_return (return_code VARCHAR NOT NULL);
COMMENT ON TABLE data.unchecked_return IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.verdict (              -- Great Expectations' verdict on each expectation, last check
    return_code VARCHAR NOT NULL, expectation_number INTEGER NOT NULL, expectation VARCHAR NOT NULL,
    finding VARCHAR NOT NULL, severity VARCHAR NOT NULL, meaning VARCHAR,
    state VARCHAR NOT NULL,                            -- met | not_met | nothing_expected | could_not_check
    rows_checked BIGINT, rows_unexpected BIGINT, rows_listed BIGINT, detail VARCHAR
);
COMMENT ON TABLE data.verdict IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.verdict_rests_on (     -- a hash of what the verdicts on a return rest on
    return_code VARCHAR NOT NULL, rests_on VARCHAR NOT NULL
);
COMMENT ON TABLE data.verdict_rests_on IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.status_kept (          -- one row an expected return: what differs from row to row
    expected_id BIGINT NOT NULL, period_id INTEGER NOT NULL, span_id INTEGER NOT NULL, request_id VARCHAR,
    due_on DATE, original_due_on DATE, due_basis VARCHAR, status VARCHAR NOT NULL, cause VARCHAR,
    received_at TIMESTAMPTZ, days_late INTEGER, attempts INTEGER, record_count BIGINT,
    evidence_file_id INTEGER, evidence_row_number BIGINT, in_action_period BOOLEAN, is_due BOOLEAN, is_missed BOOLEAN,
    absence_id VARCHAR,                        -- which absence it belongs to, where it does
    parts_missing VARCHAR                      -- what of a received return is not there, in words
);
COMMENT ON TABLE data.status_kept IS 'rebuildable';

-- Consecutive expected returns that one organisation has not sent: the first, the last, what came last before them and what
-- ended it (NULL: nothing yet).
CREATE TABLE IF NOT EXISTS data.absence_kept (
    absence_id VARCHAR NOT NULL, first_expected_id BIGINT NOT NULL, last_expected_id BIGINT NOT NULL, periods BIGINT NOT NULL,
    last_received_expected_id BIGINT, ended_by_expected_id BIGINT
);
COMMENT ON TABLE data.absence_kept IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.status_day (           -- the day that status_kept is about: one row
    as_of DATE NOT NULL
);
COMMENT ON TABLE data.status_day IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.return_kept (          -- of each return: what its rows of status_kept rest on, and what they say
    return_code VARCHAR NOT NULL,
    rests_on VARCHAR NOT NULL,                 -- a hash; empty where it could not be checked
    changes_on DATE,                           -- the first day on which it would be another by itself; NULL: none is known
    said VARCHAR NOT NULL,                     -- a hash of its kept rows
    expected BIGINT, sealed VARCHAR            -- how many are expected, and the digest for the ledger; NULL until the check is done
);
COMMENT ON TABLE data.return_kept IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.status_kept_for (      -- which check status_kept is of; none while one is under way, or was cut short
    fingerprint VARCHAR NOT NULL
);
COMMENT ON TABLE data.status_kept_for IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.short_feed (           -- returns and periods of which far less is loaded than of those before
    return_code VARCHAR NOT NULL, period_start DATE NOT NULL,
    measure VARCHAR NOT NULL,                          -- organisations | suppliers | rows
    found BIGINT NOT NULL, usual BIGINT NOT NULL, periods_compared INTEGER NOT NULL,
    released_at TIMESTAMPTZ, released_by VARCHAR, released_because VARCHAR,
    not_known BIGINT NOT NULL                          -- how many are held back for it
);
COMMENT ON TABLE data.short_feed IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.period_fact (          -- what status_kept.period_id points to
    period_id INTEGER NOT NULL, return_code VARCHAR NOT NULL, return_title VARCHAR, supplier_kind VARCHAR,
    period_start DATE NOT NULL, period_end DATE NOT NULL, period_label VARCHAR,
    gms_reference VARCHAR, pms_reference VARCHAR
);
COMMENT ON TABLE data.period_fact IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.organisation_fact (    -- what status_kept.span_id points to
    span_id INTEGER NOT NULL, organisation_code VARCHAR NOT NULL, organisation_name VARCHAR, organisation_kind VARCHAR,
    contract_type VARCHAR, icb_code VARCHAR, icb_name VARCHAR, icb_now VARCHAR, sub_icb_code VARCHAR, pcn_code VARCHAR,
    pcn_name VARCHAR, list_size BIGINT
);
COMMENT ON TABLE data.organisation_fact IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.icb_member (           -- which organisations an ICB's code stood for at the last check
    icb_code VARCHAR NOT NULL, organisation_code VARCHAR NOT NULL
);
COMMENT ON TABLE data.icb_member IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.supplier_fact (        -- what status_kept.span_id and the return's kind of supplier point to
    span_id INTEGER NOT NULL, supplier_kind VARCHAR NOT NULL, supplier VARCHAR, supplier_keys VARCHAR
);
COMMENT ON TABLE data.supplier_fact IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.finding_now (          -- what the last check found, recorded or only looked at
    finding_key VARCHAR NOT NULL, kind VARCHAR NOT NULL, return_code VARCHAR NOT NULL, period_start DATE, period_end DATE,
    organisation_code VARCHAR, request_id VARCHAR, supplier VARCHAR, area_code VARCHAR, due_on DATE, cause VARCHAR,
    organisations BIGINT, periods BIGINT, severity VARCHAR, expectation VARCHAR
);
COMMENT ON TABLE data.finding_now IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.finding_member (       -- which expected returns each of them stands for
    finding_key VARCHAR NOT NULL, expected_id BIGINT NOT NULL
);
COMMENT ON TABLE data.finding_member IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.gap_membership (       -- which not received returns one supplier or area gap stands for
    expected_id BIGINT NOT NULL, return_code VARCHAR NOT NULL, period_start DATE NOT NULL, period_end DATE NOT NULL,
    gap_kind VARCHAR NOT NULL, gap_key VARCHAR NOT NULL, gap_name VARCHAR, cause VARCHAR NOT NULL
);
COMMENT ON TABLE data.gap_membership IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.supplier_set (      -- the suppliers of each combination that occurs
    supplier_keys VARCHAR NOT NULL, supplier_key VARCHAR NOT NULL
);
COMMENT ON TABLE data.supplier_set IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.supplier_name (     -- the spelling of each supplier that occurs most often
    supplier_key VARCHAR PRIMARY KEY, supplier_name VARCHAR NOT NULL
);
COMMENT ON TABLE data.supplier_name IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.chart_series (      -- control charts of the last check: one row a series and phase of it
    series_id BIGINT NOT NULL, measure VARCHAR NOT NULL,     -- records: of an organisation | completeness: of an ICB
    return_code VARCHAR NOT NULL, organisation_code VARCHAR, icb_code VARCHAR,
    phase INTEGER NOT NULL, began VARCHAR,   -- why limits begin anew with it; NULL for the first
    from_on DATE NOT NULL, newest_on DATE NOT NULL, newest_value DOUBLE NOT NULL, newest_expected_id BIGINT,
    points INTEGER NOT NULL, mean DOUBLE, lower DOUBLE, upper DOUBLE, moving_range DOUBLE,   -- NULL: too few points
    newest_rule VARCHAR, newest_side TINYINT,   -- the special cause of the newest point; side: -1 low, 1 high
    low_volume VARCHAR,                      -- the rule, where the newest count is low by itself: a finding
    is_newest BOOLEAN NOT NULL,              -- the last phase of its series
    note VARCHAR                             -- why there are no limits
);
COMMENT ON TABLE data.chart_series IS 'rebuildable';

CREATE TABLE IF NOT EXISTS data.chart_point (       -- the points of each of them
    series_id BIGINT NOT NULL, period_start DATE NOT NULL, value DOUBLE NOT NULL,
    adjusted DOUBLE,                         -- for what all organisations of the same supplier have in common
    rule VARCHAR, side TINYINT
);
COMMENT ON TABLE data.chart_point IS 'rebuildable';
