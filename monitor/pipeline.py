"""The order of things: load, check, alert, publish, report. The only module that knows it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.analysis.published_views import PUBLISHED_VIEWS
from monitor.checks.check_runs import fingerprint, last_check, last_day, last_recorded_day, record_check
from monitor.checks.findings import FindingCounts, derive_findings, record_findings
from monitor.checks.suites import Verdict, could_not_check, record_verdicts
from monitor.checks.verdicts import judge, last_verdicts
from monitor.config.context import Context, periods_of_returns
from monitor.core.clock import end_of_day, london_date
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.ingest.inbox import Intake, files_in, load_files
from monitor.ingest.loading import LoadedFile
from monitor.ingest.rereading import read_again_what_changed_maps_rejected
from monitor.status.organisations import organisations_are_current, rebuild_organisations
from monitor.store.connection import memory_raised, open_reader
from monitor.store.job_runs import recorded
from monitor.store.named_sql import scalar, transaction
from monitor.store.sessions import knowing, writing
from monitor.store.store_state import PUBLISHED, SHOWN, store_state

if TYPE_CHECKING:  # questions are to be answered at once, so what only runs need is imported where it is used
    from monitor.alerts.policy import Matter
    from monitor.publish.publication import Published
    from monitor.report.site.build import Built


@dataclass(frozen=True)
class Checked:
    """What a check found. recorded: False for a look at a day before the last recorded check, or after today.

    unrouted: the open findings of which nobody is told, because no route takes them.
    """

    as_of: date
    verdicts: tuple[Verdict, ...]
    findings: FindingCounts
    recorded: bool
    is_new: bool
    unrouted: tuple[Matter, ...] = ()


@dataclass(frozen=True)
class Told:
    """What became of the messages: how many were delivered now, and who has not got which (rows of `undelivered`)."""

    delivered: tuple[str, ...]
    undelivered: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Ran:
    """What one whole cycle did."""

    loaded: tuple[LoadedFile, ...]
    checked: Checked
    told: Told
    published: Published
    site: Built

    @property
    def in_part(self) -> bool:
        """Whether it was done in part only, so that a person is needed."""
        return _in_part(self.loaded, self.checked, self.told) or bool(self.published.in_use or self.site.fault)


def _in_part(loaded: tuple[LoadedFile, ...], checked: Checked, told: Told) -> bool:
    return bool(needs_a_person(loaded) or could_not_check(checked.verdicts) or told.undelivered)


def load(context: Context, paths: list[Path]) -> tuple[LoadedFile, ...]:
    """Load what is new in the paths (none given: the inbox)."""
    with writing(context, "monitor load") as connection, recorded(connection, context.clock, "load") as record:
        loaded = _load(context, connection, paths)
        record.detail = _files(loaded)
        record.in_part = needs_a_person(loaded)
        return loaded


def look_back(context: Context, as_of: date | None, known_at: date) -> Checked:
    """What a check would have found at the end of a day, from what had been loaded by then. Nothing is recorded."""
    day = context.as_of(as_of or known_at)
    with knowing(context, end_of_day(known_at)) as connection:
        verdicts, _ = judge(context, connection, day, is_look_back=True)
        derive_findings(connection, context.catalogue, verdicts)
        found = scalar(connection, "SELECT count(*) FROM data.finding_now")
        return Checked(day, verdicts, FindingCounts(0, 0, 0, found), recorded=False, is_new=True)


def check(context: Context, as_of: date | None) -> Checked:
    """Work out the statuses as of a day, run the suites, record the findings."""
    with writing(context, "monitor check") as connection, recorded(connection, context.clock, "check") as record:
        checked = _check(context, connection, context.as_of(as_of))
        record.detail = _findings(checked)
        record.in_part = bool(could_not_check(checked.verdicts))
        return checked


def run(context: Context, as_of: date | None) -> Ran:
    """One whole cycle: load, check, alert, publish, report. With nothing new, nothing is worked out or told again."""
    with writing(context, "monitor run") as connection:
        with recorded(connection, context.clock, "run") as record:
            loaded, checked = load_and_check(context, connection, context.as_of(as_of))
            told = deliver(context, connection)
            record.detail = words_of(loaded, checked)
            if told.undelivered:
                record.detail += f"; not delivered: {len(told.undelivered)}"
            record.in_part = _in_part(loaded, checked, told)
        # After the job has ended, so that the copy tells how it ended.
        published = publish_news(context, connection)
        return Ran(loaded, checked, told, published, report_news(context))


def load_and_check(
    context: Context, connection: duckdb.DuckDBPyConnection, as_of: date
) -> tuple[tuple[LoadedFile, ...], Checked]:
    """The first half of a cycle: messages are planned, and nothing is sent or published yet."""
    return _load(context, connection, []), _check(context, connection, as_of)


def words_of(loaded: tuple[LoadedFile, ...], checked: Checked) -> str:
    """What a cycle did, for the record."""
    return f"{_files(loaded)}; {_findings(checked)}"


def _findings(checked: Checked) -> str:
    return f"as of {checked.as_of}: {checked.findings.open} findings open"


def deliver(context: Context, connection: duckdb.DuckDBPyConnection) -> Told:
    """Deliver what waits in the outbox."""
    from monitor.alerts.delivery import Ways, deliver_waiting
    from monitor.alerts.outbox import undelivered
    from monitor.alerts.planning import held_back

    settings = context.settings
    context.progress("delivering messages", "")
    ways = Ways(settings.mail, settings.channel, context.workspace.outbox, context.environ)
    held = held_back(connection, settings, context.clock())
    delivered = deliver_waiting(connection, ways, held, context.clock, context.pause)
    return Told(delivered, tuple(undelivered(connection)))


def needs_a_person(loaded: tuple[LoadedFile, ...]) -> bool:
    """Whether a file was refused or rows of one were rejected."""
    return any(file.state == "refused" or file.counts.rejected for file in loaded)


def _files(loaded: tuple[LoadedFile, ...]) -> str:
    refused = sum(file.state == "refused" for file in loaded)
    return f"{len(loaded) - refused} files loaded" + (f", {refused} refused" if refused else "")


def _load(context: Context, connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> tuple[LoadedFile, ...]:
    inbox = context.workspace.inbox
    files = files_in(paths or ([inbox] if inbox.is_dir() else []), inbox)
    periods = periods_of_returns(context)
    on_file = lambda name: context.progress("loading", name)  # noqa: E731
    unpacking = context.workspace.unpacking
    shutil.rmtree(unpacking, ignore_errors=True)  # what a run that was cut short left there
    read_again_what_changed_maps_rejected(connection, context.settings.column_map, context.clock())
    intake = Intake(connection, periods, context.clock(), unpacking, on_file, context.settings.column_map)
    with memory_raised(connection, context.settings.memory_limit_of_loads, context.settings.memory_limit):
        loaded = tuple(load_files(intake, files))
    shutil.rmtree(unpacking, ignore_errors=True)
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    return loaded


def _check(context: Context, connection: duckdb.DuckDBPyConnection, as_of: date) -> Checked:
    asked = fingerprint(context, connection, as_of)
    last = last_check(connection, asked)
    verdicts = last_verdicts(connection)
    if last and not could_not_check(verdicts):
        of_day = "data.finding_current WHERE resolved_at IS NULL" if last.recorded else "data.finding_now"
        open_now = scalar(connection, f"SELECT count(*) FROM {of_day}")
        # A silence may have ended, or a recipient been added: there can be something to tell without a new finding.
        with transaction(connection):
            unrouted = _plan(context, connection, as_of, context.clock()) if last.recorded else ()
        return Checked(
            as_of, verdicts, FindingCounts(0, 0, 0, open_now), last.recorded, is_new=False, unrouted=unrouted
        )
    return _check_anew(context, connection, as_of, asked)


def _check_anew(context: Context, connection: duckdb.DuckDBPyConnection, as_of: date, asked: str) -> Checked:
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    verdicts, unchecked = judge(context, connection, as_of)
    moment = context.clock()
    recorded = _may_be_recorded(connection, as_of, london_date(moment))
    with transaction(connection):
        record_verdicts(connection, verdicts)
        connection.execute("DELETE FROM data.unchecked_return")
        for code in sorted(unchecked):
            connection.execute("INSERT INTO data.unchecked_return VALUES ($code)", {"code": code})
        derive_findings(connection, context.catalogue, verdicts)
        found = scalar(connection, "SELECT count(*) FROM data.finding_now")
        counts, unrouted = FindingCounts(0, 0, 0, found), ()
        if recorded:
            counts = record_findings(connection, as_of, moment)
            unrouted = _plan(context, connection, as_of, moment)
        record_check(connection, as_of, asked, moment, recorded, context.catalogue)
    return Checked(as_of, verdicts, counts, recorded, is_new=True, unrouted=unrouted)


def plan(context: Context, connection: duckdb.DuckDBPyConnection, everything_open: bool = False) -> None:
    """Plan what there is to tell since the last check. everything_open: each open finding is told once more.

    Where the last check was a look at another day, or was cut short, nothing is planned from it.
    """
    as_of = last_day(connection)
    last = as_of and last_check(connection, fingerprint(context, connection, as_of))
    if last and last.recorded:
        with transaction(connection):
            _plan(context, connection, as_of, context.clock(), everything_open)


def _plan(
    context: Context,
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    moment: datetime,
    everything_open: bool = False,
) -> tuple[Matter, ...]:
    from monitor.alerts.planning import plan_alerts  # here, because templates and workbooks take a while to import

    return plan_alerts(connection, context.settings, as_of, moment, everything_open)


def _may_be_recorded(connection: duckdb.DuckDBPyConnection, as_of: date, today: date) -> bool:
    """Whether findings of this day may be recorded: days before the last recorded one would undo what came after."""
    last = last_recorded_day(connection)
    return as_of <= today and (last is None or as_of >= last)


def publish_news(context: Context, connection: duckdb.DuckDBPyConnection) -> Published:
    """Publish where anything differs from what is published; what is then too old to keep goes."""
    from monitor.publish.publication import Edition, Published, is_published, publish
    from monitor.publish.snapshots import clean_up

    edition = Edition(*(f"{context.build}/{store_state(connection, of)}" for of in (PUBLISHED, SHOWN)))
    workspace = context.workspace
    if is_published(workspace, edition):
        return _with_documents(context, Published())
    context.progress("publishing", workspace.published.name)
    now = context.clock()
    published = publish(connection, workspace, edition, now, context.settings.memory_limit, PUBLISHED_VIEWS)
    clean_up(workspace.snapshots, london_date(now), context.settings.schedule.keep_snapshots_days)
    return _with_documents(context, published)


def _with_documents(context: Context, published: Published) -> Published:
    """The workbook and the Data Docs, of what is published; those that somebody has open are left to the next run."""
    from monitor.report.data_docs import publish_data_docs
    from monitor.report.workbook.report_workbook import write_workbook

    workspace = context.workspace
    context.progress("writing", workspace.workbook.name)
    with open_reader(published.snapshot or workspace.published, context.settings.memory_limit) as copy:
        is_written = {workspace.workbook: write_workbook(copy, workspace.workbook)}
    is_written[workspace.data_docs] = publish_data_docs(workspace.data_docs_made, workspace.data_docs)
    in_use = tuple(file for file, is_in_place in is_written.items() if not is_in_place)
    return replace(published, in_use=published.in_use + in_use)


def report_news(context: Context) -> Built:
    """Bring the site up to what is published. One that cannot be written undoes nothing: the next run does it."""
    from monitor.report.site.build import Built

    try:
        return _report(context, only_news=True)
    except EnvironmentFault as fault:
        return Built(context.workspace.site, fault=fault.message)


def report(context: Context) -> Built:
    """Build the site anew from what is published; files that say the same already are left alone.

    Raises UsageError where nothing is published yet, EnvironmentFault where a file cannot be written.
    """
    from monitor.store.lock import holding

    workspace = context.workspace
    if not workspace.published.is_file():
        raise UsageError(str(workspace.published), "nothing has been published yet", advice="run `monitor run` first")
    with holding(workspace.lock, "monitor report", context.clock()):
        return _report(context, only_news=False)


def _report(context: Context, only_news: bool) -> Built:
    from monitor.report.site.build import Built, Ground, build_site, is_built

    workspace = context.workspace
    with open_reader(workspace.published, context.settings.memory_limit) as copy:
        ground = Ground(copy, context.settings, context.catalogue)
        if only_news and is_built(ground, workspace.site):
            return Built(workspace.site)
        return build_site(ground, workspace.site, context.progress)


@contextmanager
def deciding(context: Context, doing: str = "monitor alerts") -> Iterator[duckdb.DuckDBPyConnection]:
    """The store for what a person decides; where analysts have a copy already, they see the decision at once."""
    with writing(context, doing) as connection:
        yield connection
        if context.workspace.published.is_file():
            publish_news(context, connection)
