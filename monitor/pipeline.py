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

from monitor.check_runs import fingerprint, last_check, last_day, last_recorded_day, record_check
from monitor.checks import Verdict, could_not_check, record_verdicts
from monitor.clock import end_of_day, london_date
from monitor.errors import EnvironmentFault, UsageError
from monitor.findings import FindingCounts, derive_findings, record_findings
from monitor.intake import Intake, files_in, load_files, organisations_are_current, rebuild_organisations
from monitor.job_runs import recorded
from monitor.judging import judge, last_verdicts
from monitor.opening import knowing, writing
from monitor.setting import Setting, periods_of_returns
from monitor.store.database import memory_raised, open_reader
from monitor.store.load import LoadedFile
from monitor.store.mapped_files import read_again_what_changed_maps_rejected
from monitor.store.sql_files import scalar, transaction
from monitor.store.store_state import PUBLISHED, SHOWN, store_state

if TYPE_CHECKING:  # questions are to be answered at once, so what only runs need is imported where it is used
    from monitor.alerts.policy import Matter
    from monitor.report.site import Built
    from monitor.store.publish import Published


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


def load(setting: Setting, paths: list[Path]) -> tuple[LoadedFile, ...]:
    """Load what is new in the paths (none given: the inbox)."""
    with writing(setting, "monitor load") as connection, recorded(connection, setting.clock, "load") as record:
        loaded = _load(setting, connection, paths)
        record.detail = _files(loaded)
        record.in_part = needs_a_person(loaded)
        return loaded


def look_back(setting: Setting, as_of: date | None, known_at: date) -> Checked:
    """What a check would have found at the end of a day, from what had been loaded by then. Nothing is recorded."""
    day = setting.as_of(as_of or known_at)
    with knowing(setting, end_of_day(known_at)) as connection:
        verdicts, _ = judge(setting, connection, day, is_look_back=True)
        derive_findings(connection, setting.catalogue, verdicts)
        found = scalar(connection, "SELECT count(*) FROM data.finding_now")
        return Checked(day, verdicts, FindingCounts(0, 0, 0, found), recorded=False, is_new=True)


def check(setting: Setting, as_of: date | None) -> Checked:
    """Work out the statuses as of a day, run the suites, record the findings."""
    with writing(setting, "monitor check") as connection, recorded(connection, setting.clock, "check") as record:
        checked = _check(setting, connection, setting.as_of(as_of))
        record.detail = _findings(checked)
        record.in_part = bool(could_not_check(checked.verdicts))
        return checked


def run(setting: Setting, as_of: date | None) -> Ran:
    """One whole cycle: load, check, alert, publish, report. With nothing new, nothing is worked out or told again."""
    with writing(setting, "monitor run") as connection:
        with recorded(connection, setting.clock, "run") as record:
            loaded, checked = load_and_check(setting, connection, setting.as_of(as_of))
            told = deliver(setting, connection)
            record.detail = words_of(loaded, checked)
            if told.undelivered:
                record.detail += f"; not delivered: {len(told.undelivered)}"
            record.in_part = _in_part(loaded, checked, told)
        # After the job has ended, so that the copy tells how it ended.
        published = publish_news(setting, connection)
        return Ran(loaded, checked, told, published, report_news(setting))


def load_and_check(
    setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date
) -> tuple[tuple[LoadedFile, ...], Checked]:
    """The first half of a cycle: messages are planned, and nothing is sent or published yet."""
    return _load(setting, connection, []), _check(setting, connection, as_of)


def words_of(loaded: tuple[LoadedFile, ...], checked: Checked) -> str:
    """What a cycle did, for the record."""
    return f"{_files(loaded)}; {_findings(checked)}"


def _findings(checked: Checked) -> str:
    return f"as of {checked.as_of}: {checked.findings.open} findings open"


def deliver(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Told:
    """Deliver what waits in the outbox."""
    from monitor.alerts.outbox import undelivered
    from monitor.alerts.planning import held_back
    from monitor.alerts.sending import Ways, deliver_waiting

    settings = setting.settings
    setting.progress("delivering messages", "")
    ways = Ways(settings.mail, settings.channel, setting.workspace.outbox, setting.environ)
    held = held_back(connection, settings, setting.clock())
    delivered = deliver_waiting(connection, ways, held, setting.clock, setting.pause)
    return Told(delivered, tuple(undelivered(connection)))


def needs_a_person(loaded: tuple[LoadedFile, ...]) -> bool:
    """Whether a file was refused or rows of one were rejected."""
    return any(file.state == "refused" or file.counts.rejected for file in loaded)


def _files(loaded: tuple[LoadedFile, ...]) -> str:
    refused = sum(file.state == "refused" for file in loaded)
    return f"{len(loaded) - refused} files loaded" + (f", {refused} refused" if refused else "")


def _load(setting: Setting, connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> tuple[LoadedFile, ...]:
    inbox = setting.workspace.inbox
    files = files_in(paths or ([inbox] if inbox.is_dir() else []), inbox)
    periods = periods_of_returns(setting)
    on_file = lambda name: setting.progress("loading", name)  # noqa: E731
    unpacking = setting.workspace.unpacking
    shutil.rmtree(unpacking, ignore_errors=True)  # what a run that was cut short left there
    read_again_what_changed_maps_rejected(connection, setting.settings.column_map, setting.clock())
    intake = Intake(connection, periods, setting.clock(), unpacking, on_file, setting.settings.column_map)
    with memory_raised(connection, setting.settings.memory_limit_of_loads, setting.settings.memory_limit):
        loaded = tuple(load_files(intake, files))
    shutil.rmtree(unpacking, ignore_errors=True)
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    return loaded


def _check(setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date) -> Checked:
    asked = fingerprint(setting, connection, as_of)
    last = last_check(connection, asked)
    verdicts = last_verdicts(connection)
    if last and not could_not_check(verdicts):
        of_day = "data.finding_current WHERE resolved_at IS NULL" if last.recorded else "data.finding_now"
        open_now = scalar(connection, f"SELECT count(*) FROM {of_day}")
        # A silence may have ended, or a recipient been added: there can be something to tell without a new finding.
        with transaction(connection):
            unrouted = _plan(setting, connection, as_of, setting.clock()) if last.recorded else ()
        return Checked(
            as_of, verdicts, FindingCounts(0, 0, 0, open_now), last.recorded, is_new=False, unrouted=unrouted
        )
    return _check_anew(setting, connection, as_of, asked)


def _check_anew(setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date, asked: str) -> Checked:
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    verdicts, unchecked = judge(setting, connection, as_of)
    moment = setting.clock()
    recorded = _may_be_recorded(connection, as_of, london_date(moment))
    with transaction(connection):
        record_verdicts(connection, verdicts)
        connection.execute("DELETE FROM data.unchecked_return")
        for code in sorted(unchecked):
            connection.execute("INSERT INTO data.unchecked_return VALUES ($code)", {"code": code})
        derive_findings(connection, setting.catalogue, verdicts)
        found = scalar(connection, "SELECT count(*) FROM data.finding_now")
        counts, unrouted = FindingCounts(0, 0, 0, found), ()
        if recorded:
            counts = record_findings(connection, as_of, moment)
            unrouted = _plan(setting, connection, as_of, moment)
        record_check(connection, as_of, asked, moment, recorded, setting.catalogue)
    return Checked(as_of, verdicts, counts, recorded, is_new=True, unrouted=unrouted)


def plan(setting: Setting, connection: duckdb.DuckDBPyConnection, everything_open: bool = False) -> None:
    """Plan what there is to tell since the last check. everything_open: each open finding is told once more.

    Where the last check was a look at another day, or was cut short, nothing is planned from it.
    """
    as_of = last_day(connection)
    last = as_of and last_check(connection, fingerprint(setting, connection, as_of))
    if last and last.recorded:
        with transaction(connection):
            _plan(setting, connection, as_of, setting.clock(), everything_open)


def _plan(
    setting: Setting,
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    moment: datetime,
    everything_open: bool = False,
) -> tuple[Matter, ...]:
    from monitor.alerts.planning import plan_alerts  # here, because templates and workbooks take a while to import

    return plan_alerts(connection, setting.settings, as_of, moment, everything_open)


def _may_be_recorded(connection: duckdb.DuckDBPyConnection, as_of: date, today: date) -> bool:
    """Whether findings of this day may be recorded: days before the last recorded one would undo what came after."""
    last = last_recorded_day(connection)
    return as_of <= today and (last is None or as_of >= last)


def publish_news(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Published:
    """Publish where anything differs from what is published; what is then too old to keep goes."""
    from monitor.store.publish import Edition, Published, is_published, publish
    from monitor.store.snapshots import clean_up

    edition = Edition(*(f"{setting.build}/{store_state(connection, of)}" for of in (PUBLISHED, SHOWN)))
    workspace = setting.workspace
    if is_published(workspace, edition):
        return _with_documents(setting, Published())
    setting.progress("publishing", workspace.published.name)
    now = setting.clock()
    published = publish(connection, workspace, edition, now, setting.settings.memory_limit)
    clean_up(workspace.snapshots, london_date(now), setting.settings.schedule.keep_snapshots_days)
    return _with_documents(setting, published)


def _with_documents(setting: Setting, published: Published) -> Published:
    """The workbook and the Data Docs, of what is published; those that somebody has open are left to the next run."""
    from monitor.report.data_docs import publish_data_docs
    from monitor.report.workbook import write_workbook

    workspace = setting.workspace
    setting.progress("writing", workspace.workbook.name)
    with open_reader(published.snapshot or workspace.published, setting.settings.memory_limit) as copy:
        is_written = {workspace.workbook: write_workbook(copy, workspace.workbook)}
    is_written[workspace.data_docs] = publish_data_docs(workspace.data_docs_made, workspace.data_docs)
    in_use = tuple(file for file, is_in_place in is_written.items() if not is_in_place)
    return replace(published, in_use=published.in_use + in_use)


def report_news(setting: Setting) -> Built:
    """Bring the site up to what is published. One that cannot be written undoes nothing: the next run does it."""
    from monitor.report.site import Built

    try:
        return _report(setting, only_news=True)
    except EnvironmentFault as fault:
        return Built(setting.workspace.site, fault=fault.message)


def report(setting: Setting) -> Built:
    """Build the site anew from what is published; files that say the same already are left alone.

    Raises UsageError where nothing is published yet, EnvironmentFault where a file cannot be written.
    """
    from monitor.run_lock import holding

    workspace = setting.workspace
    if not workspace.published.is_file():
        raise UsageError(str(workspace.published), "nothing has been published yet", advice="run `monitor run` first")
    with holding(workspace.lock, "monitor report", setting.clock()):
        return _report(setting, only_news=False)


def _report(setting: Setting, only_news: bool) -> Built:
    from monitor.report.site import Built, Ground, build_site, is_built

    workspace = setting.workspace
    with open_reader(workspace.published, setting.settings.memory_limit) as copy:
        ground = Ground(copy, setting.settings, setting.catalogue)
        if only_news and is_built(ground, workspace.site):
            return Built(workspace.site)
        return build_site(ground, workspace.site, setting.progress)


@contextmanager
def deciding(setting: Setting, doing: str = "monitor alerts") -> Iterator[duckdb.DuckDBPyConnection]:
    """The store for what a person decides; where analysts have a copy already, they see the decision at once."""
    with writing(setting, doing) as connection:
        yield connection
        if setting.workspace.published.is_file():
            publish_news(setting, connection)
