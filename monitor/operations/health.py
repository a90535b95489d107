"""Is everything well? Configuration, workspace, mail server, clock, last runs; what is wrong, and what to do.

One answer for all who ask: `monitor doctor`, a watchdog from outside (cron, Task Scheduler), the schedule's heartbeat
and the job of each morning.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import duckdb

from monitor.alerts.attempt import ServerUnavailable
from monitor.alerts.outbox import undelivered
from monitor.alerts.planning import unrouted
from monitor.alerts.secrets import password_of, url_of
from monitor.alerts.smtp import greet
from monitor.config.context import Context
from monitor.config.settings import Channel, Mail
from monitor.core.clock import london_date
from monitor.core.errors import ConfigurationError, EnvironmentFault
from monitor.core.text import number, on_one_line
from monitor.ingest.unread import unread
from monitor.operations.in_part import words_of_rejected
from monitor.operations.misfits import WATCHES_NOBODY, advice_on, sentence, subject_of
from monitor.queries import listings
from monitor.queries.fits_nobody import fits_nobody, watches_nobody
from monitor.returns.icb_successions import FILE as SUCCESSIONS_FILE
from monitor.returns.icb_successions import icb_successions
from monitor.returns.periods import period_starting
from monitor.returns.working_days import BANK_HOLIDAYS_FILE, england
from monitor.status.question import ask
from monitor.store.clock_set_back import ADVICE, in_days_to_come
from monitor.store.connection import is_in_use, open_reader, read_every_row
from monitor.store.job_runs import CUT_SHORT, last_good
from monitor.store.lock import holder_of
from monitor.store.named_sql import scalar
from monitor.store.scratch import empty_what_was_left
from monitor.store.sessions import reading

FILES_NAMED = 5
LEAST_FREE_BYTES = 1_000_000_000
OLDEST_GOOD_RUN = timedelta(days=2)
ASKED_FOR_BEFORE = timedelta(days=60)

DATED = "SELECT count(due_on) FROM data.return_status_row WHERE return_code = $code AND period_start = $start"

OK, LOOK, PROBLEM = "ok", "look", "problem"


@dataclass(frozen=True)
class Examined:
    """One thing looked at. state: ok, look (worth knowing) or problem (a person is needed)."""

    subject: str
    state: str
    found: str
    advice: str = ""


def examine(context: Context) -> Iterator[Examined]:
    """Every thing looked at, in order."""
    yield from examine_machine(context)
    yield from _store(context)


def problems(examined: Iterable[Examined]) -> list[str]:
    """What a person is needed for, a sentence each."""
    wrong = [one for one in examined if one.state == PROBLEM]
    return [f"{one.subject}: {one.found}" + (f" ({one.advice})" if one.advice else "") for one in wrong]


def what_is_wrong(context: Context) -> list[str]:
    """As `problems` of everything; a silence that is too long first."""
    try:
        too_long = silence(context)
    except EnvironmentFault as fault:
        too_long = fault.message
    return ([f"silence: {too_long}"] if too_long else []) + problems(examine(context))


def examine_machine(context: Context) -> Iterator[Examined]:
    """What the machine, the settings and the mail server show."""
    read = f"{context.workspace.configuration} and {number(len(context.every_return), 'return')} read"
    yield Examined("configuration", OK, f"{read}, {len(context.catalogue):,} of them watched")
    yield from _frozen_day(context)
    yield _writable(context.workspace.folder)
    yield _free_space(context.workspace.folder)
    yield _clock(context)
    yield _bank_holidays(context)
    yield _icb_successions(context)
    yield _suites()
    yield from _mail(context.settings.mail, context.environ)
    yield from _channels(context.settings.channel, context.environ)


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


def silence(context: Context) -> str | None:
    """For how long no run has come to a good end, where that is longer than a watchdog allows; None where it is not."""
    hours = context.settings.schedule.longest_silence_hours
    if not os.path.lexists(context.workspace.store):
        return "nothing has run yet"
    with reading(context) as connection:
        last = last_good(connection, context.clock())
    if last is None:
        return "no run has finished successfully yet"
    ago = context.clock() - last
    if ago <= timedelta(hours=hours):
        return None
    return f"no run has finished successfully for {ago.total_seconds() / 3600:,.0f} hours ({hours} allowed)"


def _frozen_day(context: Context) -> Iterator[Examined]:
    if context.settings.as_of:
        yield Examined(
            "day", LOOK, f"every question is answered as of {context.settings.as_of}, because monitor.toml sets as_of",
            "take as_of out of monitor.toml for real use",
        )  # fmt: skip


def _writable(folder: Path) -> Examined:
    probe = folder / ".monitor-doctor"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Examined("workspace", PROBLEM, f"{folder} cannot be written: {error.strerror}", "check its permissions")
    return Examined("workspace", OK, f"{folder} can be written")


def _free_space(folder: Path) -> Examined:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Examined("disk", PROBLEM, text, "make room: a run needs about three times the size of the store")
    return Examined("disk", OK, text)


def _clock(context: Context) -> Examined:
    now = context.clock()
    return Examined("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC, {london_date(now)} in London")


def _bank_holidays(context: Context) -> Examined:
    last, this = max(england().years), london_date(context.clock()).year
    text = f"bank holidays are known to the end of {last}"
    if last <= this + 1:
        return Examined(
            "calendar", LOOK, f"{text}; later years are worked out by rule, without one-off bank holidays",
            f"update the program, or add the dates of gov.uk/bank-holidays to {BANK_HOLIDAYS_FILE.name}",
        )  # fmt: skip
    return Examined("calendar", OK, text)


def _icb_successions(context: Context) -> Examined:
    until = icb_successions().known_until
    text = f"mergers of ICBs are known to {until}"
    if london_date(context.clock()) >= until - ASKED_FOR_BEFORE:
        return Examined("ICBs", LOOK, text, f"update the program, or add later mergers to {SUCCESSIONS_FILE.name}")
    return Examined("ICBs", OK, text)


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


def _suites() -> Examined:
    if find_spec("great_expectations") is None:
        return Examined("suites", PROBLEM, "Great Expectations is not installed", "install the program again")
    return Examined("suites", OK, "Great Expectations is installed")


def _mail(mail: Mail | None, environ: Mapping[str, str]) -> Iterator[Examined]:
    if mail is None:
        yield Examined("mail", OK, "no mail server is configured: messages are written to outbox/")
        return
    if mail.host is None:
        yield Examined("mail", OK, "no mail server is configured: messages for the routes are written to outbox/")
        yield from _without_recipients(mail)
        return
    try:
        greet(mail, password_of(mail, environ))
    except ConfigurationError as mistake:
        yield Examined("mail", PROBLEM, mistake.message)
    except ServerUnavailable as fault:
        yield Examined(
            "mail", PROBLEM, fault.detail, "check [mail] and the network; `monitor alerts test` reports each step"
        )
    else:
        yield Examined(
            "mail", OK, f"{mail.host} port {mail.port} answers" + (", and accepts the login" * bool(mail.username))
        )
    yield from _without_recipients(mail)


def _without_recipients(mail: Mail) -> Iterator[Examined]:
    if not mail.route and not mail.default_to:
        yield Examined("mail", PROBLEM, "no one is notified of anything", "add a [[mail.route]], or [mail] default_to")


def _channels(channels: Sequence[Channel], environ: Mapping[str, str]) -> Iterator[Examined]:
    if channels and find_spec("apprise") is None:
        yield Examined("channels", PROBLEM, "apprise is not installed", "pip install 'monitor[channels]'")
    for channel in channels:
        try:
            url_of(channel, environ)
        except ConfigurationError as mistake:
            yield Examined("channels", PROBLEM, mistake.message)


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


def _undelivered(connection: duckdb.DuckDBPyConnection) -> Iterator[Examined]:
    for row in undelivered(connection):
        found = f"alert {row['alert_id']} has not reached {row['recipient']}: {row['last_error']}"
        advice = "`monitor run` tries again"
        if row["state"] == "undeliverable":
            advice = "correct the address, then `monitor alerts resend`; or `monitor alerts ack`"
        yield Examined("alerts", PROBLEM, found, advice)


def _store(context: Context) -> Iterator[Examined]:
    store = context.workspace.store
    holder = holder_of(context.workspace.lock)
    if holder:
        yield Examined("run", OK, f"under way: {holder}")
    if not os.path.lexists(store):
        yield Examined("store", LOOK, "nothing has been loaded yet", "drop files into inbox/, then `monitor run`")
        return
    empty_what_was_left(context.workspace)
    try:
        with open_reader(store, context.settings.memory_limit) as connection:
            read_every_row(connection)
            yield Examined("store", OK, f"{store} can be read ({store.stat().st_size / 1e6:,.1f} MB)")
            yield from examine_store(context, connection)
    except EnvironmentFault as fault:
        is_busy = isinstance(fault.__cause__, duckdb.Error) and is_in_use(fault.__cause__)
        yield Examined("store", LOOK if is_busy else PROBLEM, fault.message)
    yield _published(context)


def _published(context: Context) -> Examined:
    published = context.workspace.published
    if not os.path.lexists(published):
        return Examined("published", LOOK, "nothing has been published yet", "`monitor run`")
    try:
        with open_reader(published, context.settings.memory_limit):
            return Examined("published", OK, str(published))
    except EnvironmentFault as fault:
        return Examined("published", PROBLEM, f"{fault.where} {fault.found}", "`monitor run` makes it again")


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
