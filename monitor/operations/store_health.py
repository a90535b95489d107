"""Is all well with what the store shows: runs, files, messages, the register?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import duckdb

from monitor.alerts.outbox import undelivered
from monitor.alerts.planning import unrouted
from monitor.config.context import Context
from monitor.core.clock import london_date
from monitor.core.text import number, on_one_line
from monitor.ingest.unread import unread
from monitor.operations.examined import LOOK, OK, PROBLEM, Examined
from monitor.operations.in_part import words_of_rejected
from monitor.operations.misfits import WATCHES_NOBODY, advice_on, sentence, subject_of
from monitor.queries import listings
from monitor.queries.fits_nobody import fits_nobody, watches_nobody
from monitor.returns.periods import period_starting
from monitor.status.question import ask
from monitor.store.clock_set_back import ADVICE, in_days_to_come
from monitor.store.job_runs import CUT_SHORT
from monitor.store.named_sql import scalar

FILES_NAMED = 5
OLDEST_GOOD_RUN = timedelta(days=2)

DATED = "SELECT count(due_on) FROM data.return_status_row WHERE return_code = $code AND period_start = $start"


def examine_store(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    """What the store shows: runs, files, messages, the register."""
    yield from _last_runs(context, connection)
    for said in in_days_to_come(connection, context.clock()):
        yield Examined("clock", PROBLEM, said.removesuffix(f" ({ADVICE})"), ADVICE)
    yield from _files(context, connection)
    yield from _undelivered(connection)
    yield from _routes(context, connection)
    yield from _contacts(context, connection)
    yield from _misfits(context, connection)
    yield from _due_dates_not_known(context, connection)
    yield from _without_icb(context, connection)
    yield from _unmatched(connection)


def _last_runs(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    last = connection.execute(
        "SELECT job, started_at, ended_at, state, detail FROM data.job_run ORDER BY run_id DESC LIMIT 1"
    ).fetchone()
    if last is None:
        yield Examined("last run", LOOK, "nothing has run yet", "`monitor run`")
        return
    job, started_at, ended_at, state, detail = last
    text = f"{job} of {started_at:%Y-%m-%d %H:%M}: {state.replace('_', ' ')}" + (f"; {detail}" if detail else "")
    if ended_at is None or state == CUT_SHORT:
        yield Examined(
            "last run", LOOK, f"{text}: it did not finish", "what it had begun was undone; `monitor run` does it again"
        )
    elif state == "done_in_part":
        yield Examined("last run", LOOK, text, "see the lines below, and the view verdict")
    elif context.clock() - started_at > OLDEST_GOOD_RUN:
        yield Examined("last run", LOOK, f"{text}: more than {OLDEST_GOOD_RUN.days} days ago", "`monitor run`")
    else:
        yield Examined("last run", OK, text)


def _files(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    loaded = scalar(connection, "SELECT count(DISTINCT sha256) FROM data.loaded_file WHERE state = 'loaded'")
    yield Examined("files", OK, f"{number(loaded, 'file')} loaded")
    rejected = listings.rejected_files(connection)
    for row in rejected[:FILES_NAMED]:
        found = f"could not be read: {words_of_rejected(row)}"
        advice = "correct the file and drop it again; or `monitor rejected list`, and `monitor rejected dismiss`"
        yield Examined("rows", PROBLEM, on_one_line(found), advice)
    if len(rejected) > FILES_NAMED:
        others = number(len(rejected) - FILES_NAMED, "other file")
        yield Examined("rows", PROBLEM, f"rows of {others} could not be read", "`monitor rejected list`")
    refused = connection.execute(
        "SELECT file_name, detail FROM data.loaded_file WHERE state = 'refused' AND sha256 <> '' ORDER BY file_id"
    ).fetchall()
    for name, detail in refused:
        if os.path.lexists(context.workspace.inbox / name):
            yield Examined("files", LOOK, f"refused: {detail}")
    for _, detail in unread(connection)[:FILES_NAMED]:
        found = on_one_line(f"a part of the inbox could not be read, so nothing is reported as not received: {detail}")
        yield Examined("inbox", PROBLEM, found, "make sure it can be read, then `monitor run`")


def _undelivered(connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    for row in undelivered(connection):
        found = f"alert {row['alert_id']} has not reached {row['recipient']}: {row['last_error']}"
        advice = "`monitor run` tries again"
        if row["state"] == "undeliverable":
            advice = "correct the address, then `monitor alerts resend`; or `monitor alerts ack`"
        yield Examined("alerts", PROBLEM, found, advice)


def _routes(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    unrouted_findings = len(unrouted(connection, context.settings, context.clock()))
    if unrouted_findings:
        yield Examined(
            "alerts", LOOK, f"{number(unrouted_findings, 'open finding')} not sent to anyone: no route covers them",
            "add a [[mail.route]], or [mail] default_to",
        )  # fmt: skip


def _contacts(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    """Where people are to be named, and no file says who they are."""
    settings = context.settings
    routes = settings.mail.route if settings.mail else ()
    is_asked_for = settings.site.show_contacts or any(route.show_contacts for route in routes)
    if is_asked_for and not scalar(connection, "SELECT count(*) FROM data.contact_now"):
        yield Examined(
            "contacts", LOOK, "show_contacts is set, and no contact is loaded, so nobody is named",
            "drop a file of contacts into inbox/ (docs/formats.md), or take show_contacts out of monitor.toml",
        )  # fmt: skip


def _misfits(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    ask(connection, context, context.as_of(None))
    if watches_nobody(connection, context):
        yield Examined(
            "settings", PROBLEM, WATCHES_NOBODY, "correct icbs in monitor.toml, or load a register with them"
        )
    for unfit in fits_nobody(connection, context, "data.return_status_row"):
        yield Examined(subject_of(unfit), LOOK, sentence(unfit), advice_on(unfit))


def _due_dates_not_known(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    """Returns of which each year's date is entered by hand, from shortly before it was due last time."""
    for definition in context.catalogue.values():
        start = definition.calendar.period_to_be_dated(london_date(context.clock()))
        about = {"code": definition.code, "start": start}
        if start and start >= context.settings.monitor_from and not scalar(connection, DATED, about):
            label = period_starting(definition.calendar.period, start).label
            yield Examined(
                "returns", LOOK, f"the due date of {definition.code} for {label} is not known",
                f"enter it as a [[calendar.known_due]] block in expectations/{definition.code}.toml of the workspace, "
                "or load a notice of kind extended",
            )  # fmt: skip


def _without_icb(context: Context, connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    unknown = listings.without_icb(connection)
    if context.settings.icbs and unknown:
        yield Examined(
            "register",
            LOOK,
            f"{number(unknown, 'organisation')} without a known ICB, left out because `icbs` is set",
            "load a file that gives the sub-ICB or ICB of each",
        )


def _unmatched(connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    for row in listings.unmatched(connection):
        organisations = number(row["organisations"], "organisation")
        found = f"{number(row['rows_loaded'], 'row')} of {row['kind']} of {organisations} not in the register"
        advice = "load an organisations file or epraccur that lists them, or correct the codes"
        yield Examined("register", LOOK, found, advice)
