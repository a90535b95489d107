"""The order of things: load, check, alert, publish, report. The only module that knows it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from monitor import __version__
from monitor.check_runs import last_check, last_day, last_recorded_day, record_check
from monitor.checks import Verdict, could_not_check, record_verdicts, run_suites
from monitor.clock import Clock, Pause, end_of_day, london_date, pause
from monitor.errors import EnvironmentFault, UsageError
from monitor.findings import FindingCounts, derive_findings, record_findings
from monitor.intake import Intake, files_in, load_files, organisations_are_current, rebuild_organisations
from monitor.job_runs import recorded
from monitor.returns.catalogue import MandatoryReturn, load_catalogue
from monitor.returns.working_days import england
from monitor.settings import Settings, read_settings, refuse_unknown_returns
from monitor.store.database import is_in_use, open_reader, open_writer
from monitor.store.derive import Question, derive_status
from monitor.store.known import open_known
from monitor.store.ledger import begin as begin_ledger
from monitor.store.load import LoadedFile
from monitor.store.mapped_files import read_again_what_changed_maps_rejected
from monitor.store.sql_files import SQL_FOLDER, run_sql_file, scalar, sql_file, transaction
from monitor.workspace import Workspace

if TYPE_CHECKING:  # questions are to be answered at once, so what only runs need is imported where it is used
    from monitor.alerts.policy import Matter
    from monitor.gx_on_duckdb import Validator
    from monitor.report.site import Built
    from monitor.store.publish import Published

PERIOD_OF_EVENT = "any"
TRIES_TO_OPEN, SECONDS_BETWEEN_TRIES = 60, 0.5
# Settings that change no status: whom to tell, what the machine has, how files are read.
NOT_OF_THE_ANSWER = {"mail", "channel", "reminders", "schedule", "as_of", "memory_limit", "column_map"}
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Setting:
    """What every command works with: the workspace, its settings and returns, the clock, and whom to tell of progress.

    progress(stage, item): called before each file is read and each suite is run.
    environ: holds the secrets that the settings name.
    """

    workspace: Workspace
    settings: Settings
    catalogue: Mapping[str, MandatoryReturn]
    clock: Clock
    progress: Progress = field(default=lambda stage, item: None)
    environ: Mapping[str, str] = field(default_factory=dict)
    pause: Pause = pause

    def as_of(self, asked: date | None) -> date:
        """The day a question is about: the one asked for, else the settings' frozen day, else today in London."""
        return asked or self.settings.as_of or london_date(self.clock())


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


def read_setting(workspace: Workspace, clock: Clock, **others: Any) -> Setting:
    """Read the configuration; `others` as in Setting. Raises ConfigurationError or WorkspaceError."""
    settings = read_settings(workspace.folder)
    catalogue = load_catalogue(workspace.expectations)
    refuse_unknown_returns(settings, catalogue, workspace.folder)
    return Setting(workspace, settings, catalogue, clock, **others)


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
    with _knowing(setting, end_of_day(known_at)) as connection:
        verdicts, _ = _judged_anew(setting, connection, day, is_look_back=True)
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


@contextmanager
def answering(
    setting: Setting, as_of: date | None, known_at: date | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date, str]]:
    """A connection on which `return_status_row` answers for the day, derived anew where the last check does not fit.

    Gives the connection, the day, and the name of the table. Reads the store; while a run has it, the published copy.
    known_at: as in `deriving`.
    """
    if known_at:
        with deriving(setting, as_of, known_at=known_at) as (connection, day):
            yield connection, day, "return_status_row"
        return
    day = setting.as_of(as_of)
    with reading(setting) as connection:
        if last_check(connection, fingerprint(setting, connection, day)):
            yield connection, day, "data.return_status_row"
            return
        _derive_for_reader(setting, connection, day, day)
        yield connection, day, "return_status_row"


@contextmanager
def deriving(
    setting: Setting, as_of: date | None, days_ahead: int = 0, known_at: date | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """A connection with all the tables of the derivation for the day, whatever the last check was.

    days_ahead: with the periods that begin within so many days after it. known_at: the answer that would have been
    given at the end of that day in London, from what had been loaded by then; it is about that day, if as_of is None.
    """
    day = setting.as_of(as_of or known_at)
    with reading(setting) if known_at is None else _knowing(setting, end_of_day(known_at)) as connection:
        _derive_for_reader(setting, connection, day, day + timedelta(days=days_ahead))
        yield connection, day


@contextmanager
def as_known(setting: Setting, as_of: date, known_before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """As deriving, from what had been loaded before an instant."""
    with _knowing(setting, known_before) as connection:
        _derive_for_reader(setting, connection, as_of, as_of)
        yield connection


@contextmanager
def knowing_all(setting: Setting) -> Iterator[duckdb.DuckDBPyConnection]:
    """All that is loaded now, where what is derived from it can be kept for a while, and the store stays as it is."""
    with _knowing(setting, setting.clock() + timedelta(days=1)) as connection:
        yield connection


@contextmanager
def _knowing(setting: Setting, known_before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store as it was before an instant."""
    _refuse_no_store(setting)
    with open_known(setting.workspace.store, setting.settings.memory_limit, known_before) as connection:
        setting.progress("working out what was known", str(london_date(known_before)))
        rebuild_organisations(connection)
        yield connection


@contextmanager
def against_last_check(setting: Setting) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """As deriving, for the day of the last check, whose answer is still in data.return_status_row."""
    with reading(setting) as connection:
        day = last_day(connection)
        if day is None:
            raise UsageError("the check", "there was none yet to compare with", advice="`monitor run` first")
        _derive_for_reader(setting, connection, day, day)
        yield connection, day


def _derive_for_reader(setting: Setting, connection: duckdb.DuckDBPyConnection, day: date, begun_by: date) -> None:
    if not organisations_are_current(connection):
        raise EnvironmentFault(
            str(setting.workspace.store), "a load did not run to its end", advice="run `monitor load`, then ask again"
        )
    setting.progress("working out statuses", str(day))
    unchecked = {code for (code,) in connection.execute("SELECT return_code FROM data.unchecked_return").fetchall()}
    derive_status(connection, _question(setting, day, frozenset(unchecked), begun_by))


def fingerprint(setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """A hash of all that an answer rests on: the day, the files loaded, the settings, the returns, the program."""
    parts = [
        str(as_of),
        str(scalar(connection, "SELECT max(file_id) FROM data.loaded_file WHERE state = 'loaded'")),
        setting.settings.model_dump_json(exclude=NOT_OF_THE_ANSWER),
        *(definition.model_dump_json(exclude={"path"}) for definition in setting.catalogue.values()),
        __version__,
        *(path.read_text(encoding="utf-8") for path in sorted(SQL_FOLDER.rglob("*.sql"))),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _load(setting: Setting, connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> tuple[LoadedFile, ...]:
    inbox = setting.workspace.inbox
    files = files_in(paths or ([inbox] if inbox.is_dir() else []), inbox)
    periods = periods_of_returns(setting)
    on_file = lambda name: setting.progress("loading", name)  # noqa: E731
    unpacking = setting.workspace.unpacking
    shutil.rmtree(unpacking, ignore_errors=True)  # what a run that was cut short left there
    read_again_what_changed_maps_rejected(connection, setting.settings.column_map, setting.clock())
    intake = Intake(connection, periods, setting.clock(), unpacking, on_file, setting.settings.column_map)
    loaded = tuple(load_files(intake, files))
    shutil.rmtree(unpacking, ignore_errors=True)
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    return loaded


def periods_of_returns(setting: Setting) -> dict[str, str]:
    """By return: what a submission's period must begin with (month, quarter, contract_year), or any day."""
    return {
        code: PERIOD_OF_EVENT if definition.kind in ("event", "on_request") else definition.calendar.period
        for code, definition in setting.catalogue.items()
    }


def _check(setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date) -> Checked:
    asked = fingerprint(setting, connection, as_of)
    last = last_check(connection, asked)
    verdicts = _last_verdicts(connection)
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
    verdicts, unchecked = _judged_anew(setting, connection, as_of)
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


def _judged_anew(
    setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date, is_look_back: bool = False
) -> tuple[tuple[Verdict, ...], frozenset[str]]:
    """The verdicts on the statuses of a day, and the returns that could not be checked: of these nothing is known."""
    derive_and_keep(setting, connection, as_of)
    verdicts = _judged_in_passing(setting, connection) if is_look_back else _judged(setting, connection)
    unchecked = could_not_check(verdicts)
    if unchecked:
        derive_and_keep(setting, connection, as_of, unchecked)
    return verdicts, unchecked


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


def derive_and_keep(
    setting: Setting, connection: duckdb.DuckDBPyConnection, as_of: date, unchecked: frozenset[str] = frozenset()
) -> None:
    """Derive and commit: Great Expectations reads through a cursor of its own, which sees only what is committed."""
    setting.progress("working out statuses", str(as_of))
    derive_status(connection, _question(setting, as_of, unchecked))
    with transaction(connection):
        run_sql_file(connection, "keep_status.sql")


def _judged(setting: Setting, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """Great Expectations' verdicts, and its Data Docs for whoever wants them."""
    from monitor.report.data_docs import make_data_docs

    with _validator(setting, connection) as validator:
        verdicts = _verdicts(setting, connection, validator)
        make_data_docs(validator.write_data_docs, setting.workspace.data_docs_made)
        return verdicts


def _judged_in_passing(setting: Setting, connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    """The verdicts on what is not the state that is kept: without Data Docs, which are of that."""
    with _validator(setting, connection) as validator:
        return _verdicts(setting, connection, validator)


@contextmanager
def _validator(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Iterator[Validator]:
    setting.progress("starting Great Expectations", "")
    from monitor.gx_on_duckdb import Validator  # here, because it takes seconds and most commands need none of it

    validator = Validator(connection, schema="data")
    try:
        yield validator
    finally:
        validator.close()


def _verdicts(setting: Setting, connection: duckdb.DuckDBPyConnection, validator: Validator) -> tuple[Verdict, ...]:
    on_suite = lambda code: setting.progress("checking", code)  # noqa: E731
    return tuple(run_suites(connection, setting.catalogue, validator, on_suite))


def _last_verdicts(connection: duckdb.DuckDBPyConnection) -> tuple[Verdict, ...]:
    rows = connection.execute("FROM data.verdict ORDER BY return_code, expectation_number").fetchall()
    return tuple(Verdict(*row) for row in rows)


def _may_be_recorded(connection: duckdb.DuckDBPyConnection, as_of: date, today: date) -> bool:
    """Whether findings of this day may be recorded: days before the last recorded one would undo what came after."""
    last = last_recorded_day(connection)
    return as_of <= today and (last is None or as_of >= last)


def _question(setting: Setting, as_of: date, unchecked: frozenset[str], begun_by: date | None = None) -> Question:
    return Question(as_of, setting.settings, setting.catalogue, england(), unchecked, begun_by)


def publish_news(setting: Setting, connection: duckdb.DuckDBPyConnection) -> Published:
    """Publish where anything differs from what is published; what is then too old to keep goes."""
    from monitor.store.publish import Published, is_published, publish
    from monitor.store.snapshots import clean_up

    state = str(scalar(connection, sql_file("moved.sql")))
    workspace = setting.workspace
    if is_published(workspace, state):
        return _with_documents(setting, Published())
    setting.progress("publishing", workspace.published.name)
    now = setting.clock()
    published = publish(connection, workspace, state, now, setting.settings.memory_limit)
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
def writing(setting: Setting, doing: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store, for this run alone. doing: what whoever comes meanwhile is told.

    Raises EnvironmentFault, which says who has it, where another run does.
    """
    from monitor.run_lock import holding

    setting.workspace.make_folders()
    with holding(setting.workspace.lock, doing, setting.clock()), ExitStack() as opened:
        connection = _opened_when_free(setting, opened)
        begin_ledger(connection, setting.clock())
        yield connection


@contextmanager
def deciding(setting: Setting) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store for what a person decides; where analysts have a copy already, they see the decision at once."""
    with writing(setting, "monitor alerts") as connection:
        yield connection
        if setting.workspace.published.is_file():
            publish_news(setting, connection)


def _opened_when_free(setting: Setting, opened: ExitStack) -> duckdb.DuckDBPyConnection:
    """The store, as soon as nobody reads it: a question that is being answered has it open for a moment."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

    workspace = setting.workspace
    again = Retrying(
        retry=retry_if_exception(_is_read_by_others),
        stop=stop_after_attempt(TRIES_TO_OPEN),
        wait=wait_fixed(SECONDS_BETWEEN_TRIES),
        sleep=setting.pause,
        reraise=True,
    )
    store = lambda: open_writer(workspace.store, workspace.spill, setting.settings.memory_limit)  # noqa: E731
    return again(lambda: opened.enter_context(store()))


def _is_read_by_others(error: BaseException) -> bool:
    return (
        isinstance(error, EnvironmentFault) and isinstance(error.__cause__, duckdb.Error) and is_in_use(error.__cause__)
    )


@contextmanager
def reading(setting: Setting) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store; while a run has it open, the published copy."""
    workspace, memory_limit = setting.workspace, setting.settings.memory_limit
    _refuse_no_store(setting)
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(open_reader(workspace.store, memory_limit))
        except EnvironmentFault as fault:
            cause = fault.__cause__
            if not (isinstance(cause, duckdb.Error) and is_in_use(cause) and workspace.published.is_file()):
                raise
            setting.progress("reading the published copy, because a run has the store open", "")
            connection = opened.enter_context(open_reader(workspace.published, memory_limit))
        yield connection


def _refuse_no_store(setting: Setting) -> None:
    store = setting.workspace.store
    if not store.is_file():
        raise UsageError(str(store), "nothing has been loaded yet", advice="drop files into inbox/, then `monitor run`")
