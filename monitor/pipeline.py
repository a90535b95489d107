"""The order of things: load, check, alert, publish, report. The only module that knows it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.analysis.control_charts import derive_charts
from monitor.analysis.published_views import PUBLISHED_VIEWS
from monitor.checks.check_runs import last_check, last_day, may_be_recorded, record_check
from monitor.checks.findings import FindingCounts, derive_findings, record_findings
from monitor.checks.judges import by_great_expectations
from monitor.checks.standing_verdicts import OpenedJudge, give_verdicts, keep_what_they_rest_on, verdicts_rest_on
from monitor.checks.status_changes import record_changes
from monitor.checks.suites import (
    Verdict,
    could_not_check,
    last_verdicts,
    record_verdicts,
    run_suites,
)
from monitor.config.context import Context, due_dates_of_returns, periods_of_returns
from monitor.core.clock import end_of_day, london_date
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.core.text import number
from monitor.ingest.dry_run import IN_MEMORY, LOADED_BEFORE, Foreseen, foresee, take_for_loaded
from monitor.ingest.finding_files import Found, look_through
from monitor.ingest.inbox import Intake, load_files, passed_over
from monitor.ingest.loading import LoadedFile
from monitor.ingest.rereading import note_headings, read_again
from monitor.ingest.unread import note_unread
from monitor.operations.in_part import (
    in_words,
    why_of_checks,
    why_of_delivery,
    why_of_doubt,
    why_of_files,
    why_of_pages,
)
from monitor.queries.as_of import knowing
from monitor.queries.listings import rejected_files
from monitor.returns.names import names_of_returns
from monitor.status.derivation import derive_and_keep
from monitor.status.monthly_rollup import roll_up_months
from monitor.status.organisations import organisations_are_current, rebuild_organisations
from monitor.status.question import ask, day_asked, fingerprint, mark_unchecked
from monitor.status.touched import statuses_rest_on, touched
from monitor.store.clock_set_back import in_days_to_come, is_behind
from monitor.store.connection import Store, memory_raised, open_reader, open_writer
from monitor.store.job_runs import recorded
from monitor.store.lock import holding
from monitor.store.named_sql import scalar, transaction
from monitor.store.scratch import emptied
from monitor.store.sessions import reading, writing
from monitor.store.store_state import PUBLISHED, SHOWN, store_state

if TYPE_CHECKING:  # questions are to be answered at once, so what only runs need is imported where it is used
    from monitor.alerts.policy import Item
    from monitor.publish.publication import Published
    from monitor.report.site.built import Built


@dataclass(frozen=True)
class Checked:
    """What a check found. recorded: False for a look at a day before the last recorded check, or after today.

    ahead: what was recorded while the clock was ahead, in words, until a person has decided about it.
    """

    as_of: date
    verdicts: tuple[Verdict, ...]
    findings: FindingCounts
    recorded: bool
    is_new: bool
    ahead: tuple[str, ...] = ()

    @property
    def why_in_part(self) -> list[str]:
        """Why a person is needed: returns that could not be checked, and days recorded that are still to come."""
        return [*why_of_checks(self.verdicts), *self.ahead]


@dataclass(frozen=True)
class Delivery:
    """What became of the messages: which were delivered now, and who has not got which (rows of `undelivered`).

    unrouted: the open findings that no route takes, so that they are in no message.
    """

    delivered: tuple[str, ...]
    undelivered: tuple[dict[str, Any], ...]
    unrouted: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Ran:
    """What one whole cycle did. unread: the files of which rows could still not be read (rows of `rejected_files`)."""

    loaded: tuple[LoadedFile, ...]
    checked: Checked
    delivery: Delivery
    published: Published
    site: Built
    unread: tuple[dict[str, Any], ...] = ()

    @property
    def why_in_part(self) -> list[str]:
        """Why it was done in part only, so that a person is needed; empty where nobody is."""
        why = _why_in_part(self.loaded, self.checked, self.delivery)
        why += why_of_doubt(self.unread, self.loaded)
        return [*why, *why_of_pages(self.published.in_use, self.site.fault)]

    @property
    def in_part(self) -> bool:
        """Whether it was done in part only, so that a person is needed."""
        return bool(self.why_in_part)


def _why_in_part(loaded: tuple[LoadedFile, ...], checked: Checked, delivery: Delivery) -> list[str]:
    return [*why_of_files(loaded), *checked.why_in_part, *why_of_delivery(delivery.undelivered)]


@dataclass(frozen=True)
class Stages:
    """What a cycle does that takes long or reaches outside, for callers to replace.

    judge:     who gives the verdicts on the kept statuses of an open store
    publish:   brings the published copy up to date
    documents: writes the workbook of what is published; gives the files that somebody has open
    report:    brings the site up to date
    """

    judge: OpenedJudge
    publish: Callable[[Context, Store], Published]
    documents: Callable[[Context, Published], tuple[Path, ...]]
    report: Callable[[Context], Built]


def load(context: Context, paths: list[Path]) -> tuple[LoadedFile, ...]:
    """Load what is new in the paths (none given: the inbox)."""
    with writing(context, "monitor load") as connection, recorded(connection, context.clock, "load") as record:
        loaded = _load(context, connection, paths)
        record.detail, record.in_part = detailed(_files(loaded), why_of_files(loaded))
        return loaded


def dry_run(context: Context, paths: list[Path]) -> tuple[Foreseen, ...]:
    """What loading the paths (none given: the inbox) would come to: in memory, so that nothing of it is kept."""
    context.workspace.make_folders()
    loaded_before: list[tuple[str, str]] = []
    if context.workspace.store.is_file():
        with reading(context) as store:
            loaded_before = store.execute(LOADED_BEFORE).fetchall()
    workspace, limit = context.workspace, context.settings.memory_limit_of_loads
    with (
        holding(workspace.dry_run_lock, "monitor load --dry-run", context.clock()),
        emptied(workspace.dry_run),
        open_writer(IN_MEMORY, workspace.dry_run / "spill", limit) as connection,
    ):
        take_for_loaded(connection, loaded_before)
        with _taking_in(context, connection, workspace.dry_run / "unpacking") as intake:
            found = _files_to_load(context, paths)
            return (*map(Foreseen, passed_over(connection, found.passed_over)), *foresee(intake, found.files))


def look_back(context: Context, as_of: date | None, known_at: date, stages: Stages | None = None) -> Checked:
    """What a check would have found at the end of a day, from what had been loaded by then. Nothing is recorded."""
    with knowing(context, end_of_day(known_at)) as connection:
        ask(connection, context, context.as_of(as_of or known_at))
        answer = _worked_out(context, connection, stages or STAGES)
        verdicts = answer.verdicts
        derive_findings(connection, context.catalogue, verdicts, answer.touched)
        found = scalar(connection, "SELECT count(*) FROM data.finding_now")
        return Checked(day_asked(connection), verdicts, FindingCounts(0, 0, 0, found), recorded=False, is_new=True)


def check(context: Context, as_of: date | None, stages: Stages | None = None) -> Checked:
    """Work out the statuses as of a day, run the suites, record the findings. Messages are planned by a run."""
    with writing(context, "monitor check") as connection, recorded(connection, context.clock, "check") as record:
        ask(connection, context, context.as_of(as_of))
        checked = _check(context, connection, stages or STAGES)
        record.detail, record.in_part = detailed(_findings(checked), checked.why_in_part)
        return checked


def run(context: Context, as_of: date | None, stages: Stages | None = None) -> Ran:
    """One whole cycle: load, check, alert, publish, report. With nothing new, nothing is worked out or sent again."""
    stages = stages or STAGES
    with writing(context, "monitor run") as connection:
        with recorded(connection, context.clock, "run") as record:
            loaded, checked, unrouted = load_and_check(context, connection, as_of, stages)
            delivery = replace(deliver(context, connection), unrouted=unrouted)
            if checked.recorded:
                _note_what_is_planned(context, connection, delivery)
            unread = tuple(rejected_files(connection))
            why = [*_why_in_part(loaded, checked, delivery), *why_of_doubt(unread, loaded)]
            record.detail, record.in_part = detailed(words_of(loaded, checked), why)
        # After the job has ended, so that the copy shows how it ended.
        return Ran(loaded, checked, delivery, *bring_up_to_date(context, connection, stages), unread=unread)


def load_and_check(
    context: Context, connection: Store, as_of: date | None, stages: Stages | None = None
) -> tuple[tuple[LoadedFile, ...], Checked, tuple[Item, ...]]:
    """The first half of a cycle: messages are planned, and nothing is sent or published yet.

    Gives the files that are new, the check, and the open findings that no route takes.
    """
    loaded = _load(context, connection, [])
    ask(connection, context, context.as_of(as_of))
    checked = _check(context, connection, stages or STAGES)
    return loaded, checked, plan(context, connection) if checked.recorded else ()


def words_of(loaded: tuple[LoadedFile, ...], checked: Checked) -> str:
    """What a cycle did, for the record."""
    return f"{_files(loaded)}; {_findings(checked)}"


def detailed(done: str, why: list[str]) -> tuple[str, bool]:
    """What was done with why a person is needed, for the record; and whether one is."""
    return "; ".join(filter(None, (done, in_words(why)))), bool(why)


def _findings(checked: Checked) -> str:
    return f"as of {checked.as_of}: {number(checked.findings.open, 'finding')} open"


def deliver(context: Context, connection: Store) -> Delivery:
    """Deliver what waits in the outbox."""
    from monitor.alerts.planned import nothing_waits

    if nothing_waits(connection):
        return Delivery((), ())
    from monitor.alerts.delivery import Ways, deliver_waiting  # here, because all of it takes a while to import
    from monitor.alerts.outbox import undelivered
    from monitor.alerts.planning import held_back, withdraw_what_is_over

    settings = context.settings
    context.progress("delivering messages", "")
    ways = Ways(settings.mail, settings.channel, context.workspace.outbox, context.environ)
    with transaction(connection):
        withdraw_what_is_over(connection, settings, context.clock())
    held = held_back(connection, settings, context.clock())
    delivered = deliver_waiting(connection, ways, held, context.clock, context.pause)
    return Delivery(delivered, tuple(undelivered(connection)))


def _note_what_is_planned(context: Context, connection: Store, delivery: Delivery) -> None:
    """Note that all was said, where it was: what waits, or is on no route, is to be looked at again."""
    from monitor.alerts.planned import ground_of, keep_planned

    day = last_day(connection)
    if day is not None and not delivery.unrouted and not delivery.undelivered:
        keep_planned(connection, ground_of(connection, context.settings, day, context.clock()))


def _files(loaded: tuple[LoadedFile, ...]) -> str:
    new = [file for file in loaded if not file.is_read_again and file.state not in ("left", "passed over")]
    refused = sum(file.state == "refused" for file in new)
    left = sum(file.state == "left" for file in loaded)
    rejected = sum(file.counts.rejected for file in new)
    again = sum(file.counts.loaded for file in loaded if file.is_read_again)
    said = (
        f"{number(len(new) - refused, 'file')} loaded",
        f"{refused} refused" if refused else "",
        f"{left} left" if left else "",
        f"{number(rejected, 'row')} rejected" if rejected else "",
        f"{number(again, 'row')} read again" if again else "",
    )
    return ", ".join(filter(None, said))


def _load(context: Context, connection: Store, paths: list[Path]) -> tuple[LoadedFile, ...]:
    found = _files_to_load(context, paths)
    with (
        _taking_in(context, connection, context.workspace.unpacking) as intake,
        memory_raised(connection, context.settings.memory_limit_of_loads, context.settings.memory_limit),
    ):
        note_headings(intake, found.files)
        loaded = (*passed_over(connection, found.passed_over), *read_again(intake), *load_files(intake, found.files))
        note_unread(connection, loaded, [name for name, _ in found.files] if paths else None, intake.loaded_at)
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    return loaded


def _files_to_load(context: Context, paths: list[Path]) -> Found:
    inbox = context.workspace.inbox
    return look_through(paths or ([inbox] if inbox.is_dir() else []), inbox)


@contextmanager
def _taking_in(context: Context, connection: Store, unpacking: Path) -> Iterator[Intake]:
    """How files are taken into a store now. Archives are unpacked in a folder that is gone afterwards."""
    on_file = lambda name: context.progress("loading", name)  # noqa: E731
    maps = context.settings.column_map
    periods, now = periods_of_returns(context), context.clock()
    intake = Intake(connection, periods, now, unpacking, on_file, maps)
    due_dates = lambda: due_dates_of_returns(context)  # noqa: E731
    names = names_of_returns(context.every_return)
    yield replace(intake, pause=context.pause, due_dates=due_dates, build=context.build, names_of_returns=names)
    shutil.rmtree(unpacking, ignore_errors=True)


def _check(context: Context, connection: Store, stages: Stages) -> Checked:
    """The last check, where it asked the same as is asked on this connection; else one anew."""
    if not organisations_are_current(connection):
        rebuild_organisations(connection)
    asked = fingerprint(connection, context)
    last, verdicts = last_check(connection, asked), last_verdicts(connection)
    ahead = tuple(in_days_to_come(connection, context.clock(), with_runs=False))
    if not last or could_not_check(verdicts):
        return replace(_check_anew(context, connection, asked, stages), ahead=ahead)
    of_day = "data.finding_current WHERE resolved_at IS NULL" if last.recorded else "data.finding_now"
    open_now = scalar(connection, f"SELECT count(*) FROM {of_day}")  # noqa: S608  one of the two names above
    counts = FindingCounts(0, 0, 0, open_now)
    return Checked(day_asked(connection), verdicts, counts, last.recorded, is_new=False, ahead=ahead)


def _check_anew(context: Context, connection: Store, asked: str, stages: Stages) -> Checked:
    answer, day = _worked_out(context, connection, stages), day_asked(connection)
    verdicts = answer.verdicts
    context.progress("recording findings", "")
    moment = context.clock()
    is_recorded = may_be_recorded(connection, day, london_date(moment)) and not is_behind(connection, moment)
    with transaction(connection):
        record_verdicts(connection, verdicts)
        keep_what_they_rest_on(connection, answer.rests_on)
        derive_findings(connection, context.catalogue, verdicts, answer.touched)
        if is_recorded:
            counts = record_findings(connection, moment)
            record_changes(connection, moment)
        else:
            counts = FindingCounts(0, 0, 0, scalar(connection, "SELECT count(*) FROM data.finding_now"))
        record_check(connection, asked, moment, is_recorded, context.catalogue)
        if is_recorded:
            roll_up_months(connection, day, moment)
    return Checked(day, verdicts, counts, is_recorded, is_new=True)


@dataclass(frozen=True)
class WorkedOut:
    """verdicts: on the statuses of the day asked about. rests_on: by return, a hash of what they rest on.

    touched: the returns of which statuses or verdicts were worked out anew.
    """

    verdicts: tuple[Verdict, ...]
    rests_on: dict[str, str]
    touched: frozenset[str]


def _worked_out(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> WorkedOut:
    """Work out the statuses of the day asked about, of the returns that something touched, and have them judged.

    Of returns that could not be checked nothing is known. What is kept of the day are its statuses and the control
    charts that go with them.
    """
    context.progress("working out statuses", str(day_asked(connection)))
    rest_on_now = statuses_rest_on(connection, context)
    anew = touched(connection, context, rest_on_now)
    derive_and_keep(connection, anew, rest_on_now)
    by_whom = f"{stages.judge.__module__}.{stages.judge.__qualname__}"
    rests_on = verdicts_rest_on(connection, context.catalogue, by_whom, context.build)
    verdicts, judged = give_verdicts(connection, context.catalogue, rests_on, stages.judge, context.progress)
    unchecked = could_not_check(verdicts)
    if unchecked:
        mark_unchecked(connection, unchecked)
        derive_and_keep(connection, unchecked)
    anew |= unchecked
    derive_charts(connection, context.settings, [code for code in context.catalogue if code not in anew])
    return WorkedOut(verdicts, rests_on, anew | judged)


def plan(context: Context, connection: Store, with_summaries: bool = False) -> tuple[Item, ...]:
    """Plan what there is to say since the last check. with_summaries: the weekly summaries, too.

    There can be something without a new finding: a silence may have ended, or a recipient been added. Where the last
    check was a look at another day, or was cut short, nothing is planned from it.
    Gives the open findings that no route takes.
    """
    from monitor.alerts.planned import ground_of, is_planned

    day = last_day(connection)
    if day is None:
        return ()
    if not with_summaries and is_planned(connection, ground_of(connection, context.settings, day, context.clock())):
        return ()
    from monitor.alerts.planning import plan_alerts  # here, because templates and workbooks take a while to import

    ask(connection, context, day)
    last = last_check(connection, fingerprint(connection, context))
    if not last or not last.recorded:
        return ()
    with transaction(connection):
        return plan_alerts(connection, context.settings, context.clock(), with_summaries)


def bring_up_to_date(context: Context, connection: Store, stages: Stages) -> tuple[Published, Built]:
    """What people look at: the published copy, the workbook and the site."""
    published = stages.publish(context, connection)
    in_use = stages.documents(context, published)
    return replace(published, in_use=published.in_use + in_use), stages.report(context)


def publish_news(context: Context, connection: Store) -> Published:
    """Publish where anything differs from what is published; what is then too old to keep goes."""
    from monitor.publish.publication import Edition, Published, is_published, placed_in, publish
    from monitor.publish.snapshots import clean_up

    state, shown = (f"{context.build}/{store_state(connection, of)}" for of in (PUBLISHED, SHOWN))
    edition = Edition(context.build, state, shown)
    workspace = context.workspace
    placed = placed_in(workspace.published)
    if is_published(workspace, placed, edition):
        return Published()
    context.progress("publishing", workspace.published.name)
    now = context.clock()
    published = publish(connection, workspace, placed, edition, now, context.settings.memory_limit, PUBLISHED_VIEWS)
    clean_up(workspace.snapshots, london_date(now), context.settings.schedule.keep_snapshots_days)
    return published


def write_documents(context: Context, published: Published) -> tuple[Path, ...]:
    """The workbook of what is published. Gives it where somebody has it open: then the next run writes it."""
    from monitor.report.workbook.written import is_written

    workspace = context.workspace
    context.progress("writing", workspace.workbook.name)
    with open_reader(published.snapshot or workspace.published, context.settings.memory_limit) as copy:
        if is_written(copy, workspace.workbook):
            return ()
        from monitor.report.workbook.report_workbook import write_workbook  # here: it takes a while to import

        return () if write_workbook(copy, workspace.workbook) else (workspace.workbook,)


def make_data_docs(context: Context) -> None:
    """Have Great Expectations run the suites over the last check's statuses and write its own pages about them.

    Raises UsageError where there was no check yet, EnvironmentFault where the pages cannot be replaced.
    """
    from monitor.report.data_docs import write_data_docs

    with writing(context, "monitor report --data-docs") as connection:
        day = last_day(connection)
        if day is None:
            raise UsageError("the check", "there is none yet to make pages from", advice="`monitor run` first")
        ask(connection, context, day)
        with by_great_expectations(connection) as judge:
            run_suites(connection, context.catalogue, judge, lambda code: context.progress("checking", code))
            write_data_docs(judge.write_data_docs, context.workspace.data_docs)


def report_news(context: Context) -> Built:
    """Bring the site up to what is published. One that cannot be written undoes nothing: the next run does it."""
    from monitor.report.site.built import Built

    try:
        return _report(context, only_news=True)
    except EnvironmentFault as fault:
        return Built(context.workspace.site, fault=fault.message)


def report(context: Context) -> Built:
    """Build the site anew from what is published; files that say the same already are left alone.

    Raises UsageError where nothing is published yet, EnvironmentFault where a file cannot be written.
    """
    workspace = context.workspace
    if not workspace.published.is_file():
        raise UsageError(str(workspace.published), "nothing has been published yet", advice="run `monitor run` first")
    with holding(workspace.lock, "monitor report", context.clock()):
        return _report(context, only_news=False)


def _report(context: Context, only_news: bool) -> Built:
    from monitor.report.site.built import Built, Ground, is_built

    workspace = context.workspace
    with open_reader(workspace.published, context.settings.memory_limit) as copy:
        ground = Ground(copy, context.settings, context.catalogue, context.build)
        if only_news and is_built(ground, workspace.site):
            return Built(workspace.site)
        from monitor.report.site.build import build_site  # here, because templates take a while to import

        return build_site(ground, workspace.site, context.progress)


@contextmanager
def deciding(context: Context, doing: str = "monitor alerts", stages: Stages | None = None) -> Iterator[Store]:
    """The store for what a person decides; where analysts have a copy already, they see the decision at once."""
    stages = stages or STAGES
    with writing(context, doing) as connection:
        yield connection
        if context.workspace.published.is_file():
            stages.documents(context, stages.publish(context, connection))


STAGES = Stages(by_great_expectations, publish_news, write_documents, report_news)
