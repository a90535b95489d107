"""Why one expected return has its status: each step with its rule, dates, evidence and citation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from monitor.core.errors import UsageError
from monitor.core.text import number, short
from monitor.core.vocabulary import MISSED, Cause, Status
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import day_and_weekday, day_label
from monitor.store.named_sql import bound_in, queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

LONGEST_ROW = 300


@dataclass(frozen=True)
class Asked:
    """Which expected return, as of which day."""

    organisation_code: str
    return_code: str
    period_start: date
    as_of: date


def explanation(connection: duckdb.DuckDBPyConnection, asked: Asked, definition: MandatoryReturn) -> Iterator[str]:
    """The lines of the explanation. Needs the tables of derive_status. Raises UsageError where nothing is expected."""
    rows = rows_about(connection, "explain_row", _key(asked))
    if not rows:
        raise _nothing_expected(connection, asked, definition)
    for row in rows:
        yield from _one(connection, asked, definition, row)


def _one(
    connection: duckdb.DuckDBPyConnection, asked: Asked, definition: MandatoryReturn, row: dict[str, Any]
) -> Iterator[str]:
    request = f", request {row['request_id']}" if row["request_id"] else ""
    yield f"{row['organisation_name'] or row['organisation_code']} ({row['organisation_code']}), {definition.title}"
    yield f"{row['period_label']} ({row['period_start']} to {row['period_end']}){request}"
    yield f"As of {day_label(asked.as_of)}: {Status(row['status']).words}" + (
        f", cause {row['cause']}" if row["cause"] else ""
    )
    steps = (
        ("Who", _who(connection, row)),
        ("Due", _due(asked, row, definition)),
        ("Notices", _notices(connection, row)),
        ("What arrived by then", _arrived(connection, asked, row)),
        ("Status", _status(row)),
        ("Cause", _cause(connection, asked, row)),
        ("Law", _law(row, definition)),
    )
    for place, (heading, lines) in enumerate(steps, 1):
        yield ""
        yield f"{place}. {heading}"
        yield from (f"   {line}" for line in lines)
    yield ""


def _who(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Iterator[str]:
    contract_type = row["contract_type"] or "not known"
    register = f"; {row['register_status']} in the register" if row["register_status"] else ""
    yield f"{row['organisation_kind']}, {_open(row)}; contract type {contract_type}{register}"
    for unread in rows_about(connection, "explain_register", row):
        yield (
            f"its {unread['column_name']} could not be read, {unread['reason'].replace('_', ' ')}: "
            f"{short(unread['cell_text'], LONGEST_ROW)} [{unread['file_name']} row {unread['row_number']}]"
        )
    yield (
        f"on {row['period_end']}: ICB {row['icb_code'] or 'not known'}, sub-ICB {row['sub_icb_code'] or 'not known'}, "
        f"PCN {row['pcn_code'] or 'none or not known'}"
    )
    if row["supplier_kind"] == "none":
        yield "no supplier is involved: the organisation sends it"
    else:
        yield f"{row['supplier_kind']} supplier on that day: {row['supplier'] or 'not known'}"
    yield from _sources(connection, row)


def _sources(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Iterator[str]:
    """From where each fact is, and which sources say otherwise."""
    names = {"sub_icb_code": "sub-ICB", "pcn_code": "PCN", f"{row['supplier_kind']}_supplier": "supplier"}
    stated = rows_about(connection, "explain_facts", row)
    for fact, name in names.items():
        of_fact = [statement for statement in stated if statement["fact"] == fact]
        if not of_fact:
            continue
        holding, *others = of_fact
        yield f"{name}: from {_statement(holding)}"
        yield from (
            f"   {_statement(other)} says {other['value'] or 'none'}: older, or less trusted"
            for other in others
            if other["value"] != holding["value"]
        )


def _statement(stated: dict[str, Any]) -> str:
    as_at = f" as at {stated['at_on']}" if stated["at_on"] else ""
    return f"{stated['source']}{as_at} [{stated['file_name']} row {stated['row_number']}]"


def _due(asked: Asked, row: dict[str, Any], definition: MandatoryReturn) -> Iterator[str]:
    if row["due_on"] is None:
        yield f"no due date (rule {row['due_rule']})"
    else:
        yield f"{day_and_weekday(row['due_on'])}, basis: {row['due_basis']} (rule {row['due_rule']})"
    if row["original_due_on"] != row["due_on"]:
        yield f"before an extension: {day_and_weekday(row['original_due_on']) if row['original_due_on'] else 'none'}"
    if opens_on := definition.calendar.opens_on(row["period_start"]):
        is_open = "not open yet" if asked.as_of < opens_on else "open" if asked.as_of <= row["due_on"] else "closed"
        yield f"it can be sent from {day_and_weekday(opens_on)}: {is_open}"
    if row["grace_days"]:
        yield f"days of grace: {row['grace_days']}"
    yield definition.calendar.basis_note


def _notices(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Iterator[str]:
    notices = rows_about(connection, "explain_notices", {"expected_id": row["expected_id"]})
    if not notices:
        yield "none applies"
    for notice in notices:
        scope = notice["scope"] + (f" {notice['scope_value']}" if notice["scope_value"] else "")
        due = f", new due date {notice['new_due_on']}" if notice["new_due_on"] else ""
        reference = f" ({notice['reference']})" if notice["reference"] else ""
        place = f"[{notice['file_name']} row {notice['row_number']}]"
        yield f"{notice['kind']}, {scope}{due}: {notice['reason']}{reference} {place}"


def _arrived(connection: duckdb.DuckDBPyConnection, asked: Asked, row: dict[str, Any]) -> Iterator[str]:
    submissions = rows_about(connection, "explain_submissions", {**row, "as_of": asked.as_of})
    if not submissions:
        yield "nothing is loaded from this organisation"
        yield f"from others for this return and period: {'yes' if row['is_source_loaded'] else 'nothing either'}"
    for unread in rows_about(connection, "explain_doubt", row):
        yield (
            f"a row could not be read, {unread['reason'].replace('_', ' ')} ({unread['column_name']}): "
            f"{short(unread['row_text'] or '', LONGEST_ROW)} [{unread['file_name']} row {unread['row_number']}]"
        )
    for submission in submissions:
        count = f", {number(submission['record_count'], 'record')}" if submission["record_count"] is not None else ""
        yield f"{_when(submission)}{count} [{submission['file_name']} row {submission['row_number']}]"


def _when(submission: dict[str, Any]) -> str:
    """An attempt with its instant, or published evidence with its edition and whether that one holds."""
    if submission["source"] is None:
        return f"{submission['outcome']}, {submission['submitted_at']}"
    version = submission["edition_version"]
    edition = f"edition of {submission['edition_on']}" + (", re-issued" if version else "")
    detail = f" ({submission['detail']})" if submission["detail"] else ""
    publication = submission["source"].replace("_", " ")
    return f"published: {submission['outcome']}{detail}, {publication}, {edition}: {submission['standing']}"


def _status(row: dict[str, Any]) -> Iterator[str]:
    yield Status(row["status"]).why
    if row["cause"] == Cause.ROW_REJECTED:
        yield "not known until that row is read, a good row replaces it, or `monitor rejected dismiss` ends the doubt"
    if row["evidence"]:
        yield f"decided by {row['evidence']}"
    if row["days_late"]:
        yield f"{row['days_late']} days after the due date"
    if row["days_overdue"]:
        yield f"{row['days_overdue']} days past the due date"
    if row["in_action_period"]:
        yield "the due date falls in a period of collective action: a fact of the calendar, not about this organisation"


def _cause(connection: duckdb.DuckDBPyConnection, asked: Asked, row: dict[str, Any]) -> Iterator[str]:
    if not row["cause"]:
        yield "none"
        return
    yield f"{row['cause']}: {Cause(row['cause']).why}"
    yield from _short_feed(connection, asked)
    if row["cause"] == Cause.NO_LONGER_PUBLISHED:
        for last in rows_about(connection, "explain_published_before", row):
            yield f"in {last['source'].replace('_', ' ')} for {last['period_start']}, not for this period"
    if row["status"] not in MISSED:
        return
    for gap in rows_about(connection, "explain_gaps", {"expected_id": row["expected_id"]}):
        share = f"not received from {gap['missed']:,} of {gap['organisations']:,} organisations"
        yield f"{gap['kind']} {gap['name']}: {share}"
    absences = rows_about(connection, "explain_absence", {"expected_id": row["expected_id"]})
    yield from (line for absence in absences for line in _absence(absence))
    since = absences[0] if absences else {"first_start": row["period_start"], "first_request": row["request_id"]}
    asked_before = {**_key(asked), "period_start": since["first_start"], "request_id": since["first_request"]}
    yield from returns_before(rows_about(connection, "explain_history", asked_before), bool(absences))


def _absence(absence: dict[str, Any]) -> Iterator[str]:
    """Since when it has sent nothing, and what came last before that."""
    last = absence["last_received_label"]
    yield (
        f"absent since {absence['first_label']}: {number(absence['periods'], 'expected return')} in a row; "
        + (f"last received before: {last}" if last else "nothing received before")
    )
    if absence["ended_by_label"]:
        yield f"ended when {absence['ended_by_label']} was received"


def returns_before(before: list[dict[str, Any]], is_absent: bool) -> Iterator[str]:
    """What became of the returns before, the newest first; which of them say nothing of the organisation alone."""
    if not before:
        return
    left_out = " (left out of its own history)"
    said = (f"{b['period_label']} {Status(b['status']).words}{left_out if b['is_left_out'] else ''}" for b in before)
    counted = sum(not b["is_left_out"] for b in before)
    its = f"its {number(counted, 'return')} " if counted else ""
    of_absence = f"{its}before the absence" if is_absent else "its returns before"
    yield f"{of_absence}: {'; '.join(said)}"


def _short_feed(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Iterator[str]:
    """Of what there is less than usual for the return and period, and whether somebody said that it is whole."""
    about = {"return_code": asked.return_code, "period_start": asked.period_start}
    for feed in rows_about(connection, "explain_short_feed", about):
        yield (
            f"the file looks incomplete: {feed['found']:,} {feed['measure']} loaded, usually {feed['usual']:,} "
            f"(compared with {feed['periods_compared']} earlier periods)"
        )
        if feed["released_at"]:
            yield f"released by {feed['released_by']}: {feed['released_because']}"
        else:
            release = f"monitor feeds release {asked.return_code} {asked.period_start}"
            yield f"load the complete file; if this is all there is: `{release}`"


def _law(row: dict[str, Any], definition: MandatoryReturn) -> Iterator[str]:
    law = definition.law_on(row["period_end"])
    yield f"GMS: {law.gms}; PMS: {law.pms}; {law.guidance}"
    yield law.demand
    yield from (f"not verified: {doubt}" for doubt in law.unverified)


def _nothing_expected(connection: duckdb.DuckDBPyConnection, asked: Asked, definition: MandatoryReturn) -> UsageError:
    known = rows_about(connection, "organisation_known", {"organisation_code": asked.organisation_code})
    where = f"{asked.organisation_code} {asked.return_code} {asked.period_start}"
    if not known:
        return UsageError(
            where, f"no organisation {asked.organisation_code} is in the register",
            advice="check the code, or load an organisations file or epraccur that lists it",
        )  # fmt: skip
    owner, period = known[0], definition.calendar.period.replace("_", " ")
    return UsageError(
        where, f"nothing was expected from this {owner['organisation_kind']} for a period that starts on this day",
        f"{definition.title} is owed by each {definition.owed_by}, for each {period} "
        f"from monitor_from to {asked.as_of}; in the register: {_open(owner)}",
        f"`monitor status --organisation {asked.organisation_code} --return {asked.return_code}` lists the periods",
    )  # fmt: skip


def _open(owner: dict[str, Any]) -> str:
    """From when to when an organisation is open, as far as the register says."""
    opened = f"opened on {owner['opened_on']}" if owner["opened_on"] else "no opening date"
    return f"{opened}, {'closed on ' + str(owner['closed_on']) if owner['closed_on'] else 'no closing date'}"


def rows_about(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that one query of explain.sql gives, by its name; it takes of the values those that it needs."""
    sql = SQL[name]
    return rows_as_dicts(connection.execute(sql, bound_in(sql, values)))


def _key(asked: Asked) -> dict[str, Any]:
    return {
        "organisation_code": asked.organisation_code,
        "return_code": asked.return_code,
        "period_start": asked.period_start,
    }
