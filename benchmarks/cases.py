"""The cases: what is measured, beside which baseline, and what it may take."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.days import measured_once, ratio_table, year_table
from benchmarks.growth import LENGTHS, NEW_ROWS, Point, growth_table
from benchmarks.mail import england_table, mail_table
from benchmarks.measuring import REPOSITORY, Measured, best, run_process, run_step
from benchmarks.peers.table import peers_table
from benchmarks.peers.tools import ask_all
from benchmarks.site import site_table
from benchmarks.spark import FULL_SIZE, spark_table
from monitor.core.text import number

MB = 1_000_000
SECONDS_OF_A_SMALL_FILE = 0.010
REAL_INPUT = REPOSITORY.parent / "shared" / "data"
ENGLAND_OF_ONE_MAIL = "2025-01-01"
REAL_FILES = ("*/*.csv", "*/*.xlsx")
COMMANDS = {
    "status": ["status"],
    "due": ["due"],
    "sql": ["sql", "SELECT count(*) FROM missed_return"],
    "explain": ["explain", "Z99009", "workforce", "2024-07-01"],
}


@dataclass(frozen=True)
class Options:
    """Where the data go, which share of the full size, and how often each thing is measured."""

    folder: Path
    scale: float = 1.0
    repeat: int = 1


@dataclass(frozen=True)
class Line:
    """One line of the table; of a case that could not be measured, only `note` says why. table: one of its own."""

    case: str
    what: str
    measured: Measured | None = None
    rows: int = 0
    seconds_allowed: float | None = None
    bytes_allowed: int | None = None
    note: str = ""
    table: tuple[tuple[str, ...], ...] = ()


def check_24_months(options: Options) -> Iterator[Line]:
    """Every expected return of England over two years: status, cause, suites, findings."""
    yield from _check("check-24-months", "2024-04-01", options, seconds_allowed=15, bytes_allowed=1000 * MB)


def check_10_years(options: Options) -> Iterator[Line]:
    """The same over ten years."""
    yield from _check("check-10-years", "2016-04-01", options, seconds_allowed=30, bytes_allowed=1500 * MB)


def load_20_million(options: Options) -> Iterator[Line]:
    """A submission log of twenty million rows."""
    case, folder = "load-20-million", options.folder / "log"
    run_step("make_log", folder, round(20_000_000 * options.scale))
    log = folder / "log.csv"
    bare = best([run_step("bare_load", folder, log) for _ in range(options.repeat)])
    loads = []
    for _ in range(options.repeat):
        shutil.rmtree(folder / "var", ignore_errors=True)
        loads.append(run_step("load", folder, log))
    load = best(loads)
    yield Line(case, "load", load, load.said["rows"], seconds_allowed=2 * bare.seconds, bytes_allowed=2000 * MB)
    yield Line(case, "baseline: DuckDB reads the file", bare, bare.said["rows"])
    shutil.rmtree(folder)


def load_appointments(options: Options) -> Iterator[Line]:
    """A month of the appointments crosstab: a million lines of 14 columns, gathered to a row a practice."""
    case, folder = "load-appointments", options.folder / "appointments"
    run_step("make_appointments", folder, round(1_000_000 * options.scale))
    month = folder / "Practice_Level_Crosstab_Dec_25.csv"
    bare = best([run_step("bare_load", folder, month) for _ in range(options.repeat)])
    loads = []
    for _ in range(options.repeat):
        shutil.rmtree(folder / "var", ignore_errors=True)
        loads.append(run_step("load", folder, month))
    load = best(loads)
    yield Line(case, "load", load, load.said["rows"], seconds_allowed=2.5 * bare.seconds, bytes_allowed=1500 * MB)
    yield Line(case, "baseline: DuckDB reads the file", bare, bare.said["rows"])
    shutil.rmtree(folder)


def load_workbooks(options: Options) -> Iterator[Line]:
    """Online consultation workbooks of 6,200 practices: one, beside a load that finds nothing; and 23 in one load."""
    case, folder = "load-workbooks", options.folder / "workbooks"
    run_step("make_workbooks", folder, 23, max(10, round(6200 * options.scale)))
    books = sorted(folder.glob("*.xlsx"))
    run_step("load", folder, books[0])
    nothing = best([run_step("load", folder, books[0]) for _ in range(max(3, options.repeat))])
    shutil.rmtree(folder / "var")
    one = run_step("load", folder, books[0])
    yield Line(case, "load one workbook of 1 MB", one, one.said["rows"], seconds_allowed=nothing.seconds + 1)
    yield Line(case, "baseline: the same again, nothing new", nothing)
    shutil.rmtree(folder / "var")
    every = run_step("load", folder, *books)
    yield Line(case, f"load {len(books)} workbooks", every, every.said["rows"], seconds_allowed=30)
    shutil.rmtree(folder)


def many_files(options: Options) -> Iterator[Line]:
    """5,001 small logs, and 1,000 in a zip archive, beside some of them loaded one by one."""
    measured: list[tuple[str, Measured, int]] = []
    for what, files, packed, step in (
        ("logs", round(5001 * options.scale), "", "load"),
        ("members of a zip archive", round(1000 * options.scale), "packed", "load"),
        ("logs, one by one", round(300 * options.scale), "", "load_one_by_one"),
    ):
        folder = options.folder / f"many-{step}-{packed}"
        run_step("make_many_logs", folder, files, packed)
        one = run_step(step, folder)
        if one.said["loaded"] != files:
            raise RuntimeError(f"of {files} rows {one.said['loaded']} were loaded")
        baseline = step == "load_one_by_one"
        allowed = None if baseline else SECONDS_OF_A_SMALL_FILE * files
        yield Line("many-files", f"{'baseline: ' if baseline else ''}load {files:,} {what}", one, files, allowed)
        measured.append((f"{files:,} {what}", one, files))
        if what == "logs":
            yield Line("many-files", "load them again, nothing new", run_step("load", folder), files)
        shutil.rmtree(folder)
    each = [
        (what, f"{one.seconds / files * 1000:.1f}", f"{one.cpu_seconds / files * 1000:.1f}")
        for what, one, files in measured
    ]
    yield Line("many-files", "a file", table=(("what", "ms a file", "CPU ms a file"), *each))


def second_run(options: Options) -> Iterator[Line]:
    """A cycle after which nothing was dropped, and the cycle before it, which publishes."""
    for years, monitor_from in (("24 months", "2024-04-01"), ("10 years", "2016-04-01")):
        folder = _checked_workspace(monitor_from, options)
        first = run_step("run_without_pages", folder)
        again = best([run_step("run_without_pages", folder) for _ in range(options.repeat)])
        if again.said["is_new"]:
            raise RuntimeError("the second run worked the statuses out again")
        yield Line("second-run", f"{years}: run after a check (publishes)", first, first.said["rows"])
        yield Line("second-run", f"{years}: run again", again, again.said["rows"])


def start(options: Options) -> Iterator[Line]:
    """What people wait for at the command line, on the sample data; and that nothing heavy is imported for it."""
    folder = options.folder / "sample"
    rows = run_step("make_sample", folder).said["rows"]
    for name, words in COMMANDS.items():
        arguments = [words[0], "-w", str(folder), *words[1:]]
        said = run_step("modules_of", *arguments).said
        if said["heavy"] or said["code"]:
            raise RuntimeError(f"`monitor {name}` ended with {said['code']}, and imported {said['heavy']}")
        command = [sys.executable, "-m", "monitor", *arguments]
        measured = best([run_process(command) for _ in range(max(3, options.repeat))])
        yield Line("start", f"monitor {name}", measured, rows, seconds_allowed=0.6)


def real_input(options: Options) -> Iterator[Line]:
    """Files as the NHS publishes them: loaded into a fresh workspace, and a cycle as of 1 May 2025."""
    files = sorted(file for pattern in REAL_FILES for file in REAL_INPUT.glob(pattern))
    if not files:
        yield Line("real-input", "load and run", note="skipped: no ../shared/data")
        return
    runs = []
    for attempt in range(options.repeat):
        inbox = options.folder / f"real-{attempt}" / "inbox"
        inbox.mkdir(parents=True)
        (inbox.parent / "monitor.toml").write_text("monitor_from = 2024-04-01\n", encoding="utf-8")
        for file in files:
            shutil.copy(file, inbox)
        runs.append(run_step("run", inbox.parent, "2025-05-01"))
    run = best(runs)
    yield Line("real-input", f"load {len(files)} published files and run", run, run.said["rows"], seconds_allowed=60)


def mail_year(options: Options) -> Iterator[Line]:
    """A year of alerts in a simulated ICB; and the one message of a first run over England."""
    case, folder = "mail-year", options.folder / "icb-year"
    year = run_step("mail_year", folder)
    yield Line(case, "365 runs over 60 practices", year, year.said["rows"], 300, table=tuple(mail_table(year.said)))
    shutil.rmtree(folder)
    first = run_step("mail_england", _copy_of(_loaded_workspace(ENGLAND_OF_ONE_MAIL, options)))
    yield Line(
        case, "England: first check, one message", first, first.said["rows"], table=tuple(england_table(first.said))
    )


def site(options: Options) -> Iterator[Line]:
    """The report site of England over two years: built, looked at again, and after one submission more."""
    folder = _checked_workspace("2024-04-01", options)
    run_step("publish", folder)
    first = run_step("site", folder)
    again = run_step("site", folder)
    anew = run_step("site", folder, "anew")
    pandas = run_step("pages_by_pandas", folder)
    log = ["organisation_code,return_code,period_start,submitted_at,outcome"]
    log.append("Z10001,workforce,2025-06-01,2026-03-01T10:00:00,accepted")
    (folder / "inbox" / "one_more.csv").write_text("\n".join(log) + "\n", encoding="utf-8")
    for step in ("load", "check", "publish"):
        run_step(step, folder)
    after = run_step("site", folder)
    measured = {
        "site, first build": first, "site, nothing new": again, "site, built anew with nothing new": anew,
        "site, after one submission more": after, "baseline: pandas to_html, organisations only": pandas,
    }  # fmt: skip
    allowed = {"site, first build": 120, "site, nothing new": 5}
    for what, one in measured.items():
        yield Line("site", what, one, one.said["rows"], seconds_allowed=allowed.get(what))
    yield Line("site", "files", table=tuple(site_table({what: one.said for what, one in measured.items()})))
    shutil.rmtree(folder)


def peers(options: Options) -> Iterator[Line]:
    """List every missed return of two years, keep the list, say what changed: by our check and by other tools."""
    answered = list(ask_all(_loaded_workspace("2024-04-01", options), options.folder / "peers", options.repeat))
    for one in answered:
        rows = one.answers[-1]["missed"] if one.answers else 0
        yield Line("peers", one.tool.name, one.second, rows, note=one.note)
    yield Line("peers", "answers", table=tuple(peers_table(answered)))


def growth(options: Options) -> Iterator[Line]:
    """A check, and runs after new rows, over histories of several lengths; how fast time and memory grow with them."""
    points: list[Point] = []
    for months, monitor_from in LENGTHS.items():
        for point in _points(months, _loaded_workspace(monitor_from, options), options.repeat):
            points.append(point)
            yield Line("growth", f"{months} months: {point.what}", point.measured, point.rows)
    yield Line("growth", "exponents", table=tuple(growth_table(points)))


def _points(months: int, source: Path, repeat: int) -> Iterator[Point]:
    """Of a history of one length: a check, and runs after each number of new rows, the pages left out."""
    check = best([run_step("check", _copy_of(source)) for _ in range(repeat)])
    yield Point(months, 0, check.said["rows"], check)
    folder = source.with_name(source.name + "-copy")
    run_step("run_without_pages", folder)
    for new in NEW_ROWS:
        runs = []
        for _ in range(repeat):
            run_step("add_rows", source, folder, new)
            runs.append(run_step("run_without_pages", folder))
            if not runs[-1].said["is_new"]:
                raise RuntimeError(f"a run after {new} new rows found nothing new")
        yield Point(months, new, runs[-1].said["rows"], best(runs))
    shutil.rmtree(folder)


def days(options: Options) -> Iterator[Line]:
    """What a day costs: runs after one submission and with nothing new, as ratios; and a year of daily runs."""
    runs = [measured_once(options.folder / "days", options.scale) for _ in range(options.repeat)]
    for what, one in runs[-1].items():
        yield Line("days", what, one)
    yield Line("days", "ratios", table=tuple(ratio_table(runs)))
    year = run_step("year_of_days", options.folder / "year-of-days")
    yield Line("days", "a year of daily runs", year, year.said["rows"], table=tuple(year_table(year.said["days"])))


def spark(options: Options) -> Iterator[Line]:
    """100 million submissions, 15 million expected returns: by DuckDB and by Spark, on one core and on two."""
    folder = options.folder / "spark"
    if not folder.is_dir():
        run_step("make_lakehouse", folder, "2016-04-01", str(FULL_SIZE * options.scale))
    measured = {}
    for cores in (1, 2):
        measured[f"DuckDB, {number(cores, 'thread')}"] = run_step("derive_by_duckdb", folder, cores)
    for cores in (2, 1):
        measured[f"Spark, local[{cores}]"] = run_step("derive_by_spark", folder, cores, str(options.scale))
    if len({str(one.said["counted"]) for one in measured.values()}) > 1:
        raise RuntimeError(f"the answers differ: {measured}")
    for what, one in measured.items():
        yield Line("spark", what, one, one.said["rows"])
    yield Line("spark", "reading and derivation", table=tuple(spark_table(measured)))


CASES: dict[str, Callable[[Options], Iterator[Line]]] = {
    "check-24-months": check_24_months,
    "check-10-years": check_10_years,
    "load-20-million": load_20_million,
    "load-appointments": load_appointments,
    "load-workbooks": load_workbooks,
    "many-files": many_files,
    "second-run": second_run,
    "start": start,
    "real-input": real_input,
    "mail-year": mail_year,
    "site": site,
    "peers": peers,
    "growth": growth,
    "days": days,
    "spark": spark,
}


def _check(
    case: str, monitor_from: str, options: Options, seconds_allowed: float, bytes_allowed: int
) -> Iterator[Line]:
    source = _loaded_workspace(monitor_from, options)
    check = best([run_step("check", _copy_of(source)) for _ in range(options.repeat)])
    sql = best([run_step("plain_sql", source) for _ in range(options.repeat)])
    pandas = best([run_step("plain_pandas", source) for _ in range(options.repeat)])
    if not check.said["missed"] == sql.said["missed"] == pandas.said["missed"]:
        raise RuntimeError(f"the answers differ: {check.said}, SQL {sql.said}, pandas {pandas.said}")
    rows = check.said["rows"]
    yield Line(case, "check: status, cause, suites, findings", check, rows, seconds_allowed, bytes_allowed)
    yield Line(case, "baseline: plain SQL lists the missed", sql, rows)
    yield Line(case, "baseline: plain pandas lists the missed", pandas, rows)


def _loaded_workspace(monitor_from: str, options: Options) -> Path:
    """England from that day on, loaded and not yet checked; made once."""
    folder = options.folder / f"from-{monitor_from}"
    if not folder.is_dir():
        run_step("make_england", folder, monitor_from, str(options.scale))
        run_step("load", folder)
    return folder


def _checked_workspace(monitor_from: str, options: Options) -> Path:
    folder = _copy_of(_loaded_workspace(monitor_from, options))
    run_step("check", folder)
    return folder


def _copy_of(workspace: Path) -> Path:
    """A copy to work on, inbox included: what is measured must not find its own traces."""
    copy = workspace.with_name(workspace.name + "-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns("plain.duckdb"))
    return copy
