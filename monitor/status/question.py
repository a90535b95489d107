"""What is asked of the derivation, and the temporary tables that state it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from monitor.config.context import Context
from monitor.config.settings import Settings
from monitor.core.hashes import hash_of
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.due_dates import RULES_FROM_REQUEST, due_for_period, due_for_request
from monitor.returns.icb_successions import icb_successions
from monitor.returns.periods import before_and_after, day_label, periods
from monitor.returns.working_days import WorkingDays, england
from monitor.store.named_sql import queries_beside, scalar
from monitor.store.store_state import Holds, store_state

SQL = queries_beside(__file__)

# Settings that change no status: whom to notify, what the machine has, how files are read.
NOT_OF_THE_ANSWER = {"mail", "channel", "reminders", "schedule", "as_of", "memory_limit", "column_map"}


@dataclass(frozen=True)
class Question:
    """What is asked: the day, under which settings, of which returns; and which checks could not be run."""

    as_of: date
    settings: Settings
    catalogue: Mapping[str, MandatoryReturn]
    working_days: WorkingDays
    unchecked: frozenset[str] = frozenset()
    begun_by: date | None = None  # periods that begin up to this day, where not only those begun by as_of


def ask(
    connection: duckdb.DuckDBPyConnection,
    context: Context,
    as_of: date,
    unchecked: frozenset[str] = frozenset(),
    begun_by: date | None = None,
) -> None:
    """State the question about a day, under the settings and returns of a workspace: what follows reads it there."""
    put_question(connection, Question(as_of, context.settings, context.catalogue, england(), unchecked, begun_by))


def put_question(connection: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Make the temporary tables that state the question: returns, periods, requests' due dates, settings."""
    settings, catalogue, working_days = question.settings, question.catalogue, question.working_days
    connection.execute(SQL["question"])
    _fill(connection, "question", [{"as_of": question.as_of, **_settings_row(settings)}])
    mark_unchecked(connection, question.unchecked)
    work_out(connection, catalogue)
    _fill(connection, "mandatory_return", [return_row(r, settings, question.as_of) for r in catalogue.values()])
    _fill(connection, "request_due", list(_request_due_rows(connection, catalogue)))
    _fill(connection, "reported_icb", [{"icb_code": code} for code in settings.icbs])
    _fill(connection, "closed_icb", list(_closed_icb_rows(question.as_of)))
    connection.execute(SQL["icb_member"])
    _fill(connection, "collective_action", action_rows(settings))
    until = question.begun_by or question.as_of
    _fill(connection, "return_period", list(_period_rows(catalogue, settings.monitor_from, until, working_days)))


def _closed_icb_rows(as_of: date) -> Iterable[dict[str, Any]]:
    """The boards closed before the day, with the one that their practices belong to on it, where it is one only."""
    known = icb_successions()
    for one in known.lifetimes():
        if one.to_on and one.to_on < as_of:
            successors = known.successors(one.icb_code, as_of)
            successor = next(iter(successors)) if len(successors) == 1 else None
            yield {"icb_code": one.icb_code, "last_on": one.to_on, "successor_code": successor}


def mark_unchecked(connection: duckdb.DuckDBPyConnection, return_codes: Iterable[str]) -> None:
    """Say of which returns the check could not be run: of these nothing is known."""
    _fill(connection, "unchecked_return", [{"return_code": code} for code in sorted(return_codes)])


def work_out(connection: duckdb.DuckDBPyConnection, return_codes: Iterable[str]) -> None:
    """Say which of the returns are to be worked out; all of them, once a question has been put."""
    connection.execute("DELETE FROM worked_out")
    _fill(connection, "worked_out", [{"return_code": code} for code in sorted(return_codes)])


def day_asked(connection: duckdb.DuckDBPyConnection) -> date:
    """The day that the question stated on this connection is about."""
    day: date = scalar(connection, "SELECT as_of FROM question")
    return day


def fingerprint(connection: duckdb.DuckDBPyConnection, context: Context) -> str:
    """All that the answer rests on: a hash of what is asked, and one of what was received."""
    return f"{hash_of_question(connection, context)}/{store_state(connection, {Holds.RECEIVED})}"


def hash_of_question(connection: duckdb.DuckDBPyConnection, context: Context) -> str:
    """A hash of what is asked: the day, the settings, the returns, the program."""
    return hash_of(
        str(day_asked(connection)),
        said_of_settings(context),
        *(definition.model_dump_json() for definition in context.catalogue.values()),
        context.build,
    )


def said_of_settings(context: Context) -> str:
    """What the settings say of an answer."""
    return context.settings.model_dump_json(exclude=NOT_OF_THE_ANSWER)


def action_rows(settings: Settings) -> list[dict[str, Any]]:
    """The dated periods of collective action, as rows."""
    return [{"name": a.name, "start_on": a.start, "end_on": a.end} for a in settings.collective_action]


def return_row(definition: MandatoryReturn, settings: Settings, as_of: date) -> dict[str, Any]:
    """A return's row of mandatory_return, with the law of a day."""
    calendar, law = definition.calendar, definition.law_on(as_of)
    covered = [*definition.contract_types, *settings.also_covered] if definition.contract_types else []
    return {
        "return_code": definition.code,
        "return_title": definition.title,
        "owed_by": definition.owed_by,
        "sent_by": definition.sent_by,
        "kind": definition.kind,
        "period": calendar.period,
        "supplier_kind": definition.supplier,
        "contract_types": f";{';'.join(covered)};".upper() if covered else "",
        "effective_from": calendar.effective_from,
        "effective_to": calendar.effective_to,
        "grace_days": calendar.grace_days,
        "due_rule": calendar.due.rule,
        "due_basis": calendar.basis,
        "gms_reference": law.gms,
        "pms_reference": law.pms,
        "guidance": law.guidance,
        "actions": ", ".join(str(number) for number in definition.actions),
        "most_unmapped": definition.most_unmapped,
    }


def _settings_row(settings: Settings) -> dict[str, Any]:
    causes, short = settings.causes, settings.short_feed
    return {
        "monitor_from": settings.monitor_from,
        "supplier_min_organisations": causes.supplier_min_organisations,
        "supplier_min_share": causes.supplier_min_share,
        "short_min_organisations": short.min_organisations,
        "short_min_share": short.min_share,
    }


def _period_rows(
    catalogue: Mapping[str, MandatoryReturn], monitor_from: date, until: date, working_days: WorkingDays
) -> Iterable[dict[str, Any]]:
    """Each period that begins from monitor_from to a day and lies wholly within the return's force."""
    for definition in catalogue.values():
        calendar = definition.calendar
        if calendar.period == "request":
            continue
        known = {known.period_start: known for known in calendar.known_due}
        for period in periods(calendar.period, monitor_from, until):
            if calendar.effective_from and period.start < calendar.effective_from:
                continue
            if calendar.effective_to and period.end > calendar.effective_to:
                continue
            last_day_before, last_day_after = before_and_after(calendar.period, period.start)
            fixed = known.get(period.start)
            yield {
                "return_code": definition.code,
                "period_start": period.start,
                "period_end": period.end,
                "period_label": period.label,
                "due_on": fixed.due_on if fixed else due_for_period(calendar.due_rule, period, working_days),
                "due_basis": fixed.basis if fixed else calendar.basis,
                "gms_reference": definition.law_on(period.end).gms,
                "pms_reference": definition.law_on(period.end).pms,
                "last_day_before": last_day_before,
                "last_day_after": last_day_after,
            }


def _request_due_rows(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, MandatoryReturn]
) -> Iterable[dict[str, Any]]:
    """The due date that each request gives, for the returns that requests give one to."""
    asked = connection.execute("SELECT DISTINCT return_code, requested_on, due_on FROM data.request_row").fetchall()
    for code, requested_on, named in asked:
        definition = catalogue.get(code)
        if definition is None or definition.calendar.due.rule not in RULES_FROM_REQUEST:
            continue
        yield {
            "return_code": code,
            "requested_on": requested_on,
            "named_due_on": named,
            "period_label": day_label(requested_on),
            "due_on": due_for_request(definition.calendar.due_rule, requested_on, named),
            "due_basis": "agreed" if named and definition.kind != "on_request" else definition.calendar.basis,
            "gms_reference": definition.law_on(requested_on).gms,
            "pms_reference": definition.law_on(requested_on).pms,
        }


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one shape in one statement: a list for each column, which is quick for thousands of rows."""
    if not rows:
        return
    columns = list(rows[0])
    lists = {column: [row[column] for row in rows] for column in columns}
    unnested = ", ".join(f"unnest(${column})" for column in columns)
    connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {unnested}", lists)
