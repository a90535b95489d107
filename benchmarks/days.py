"""What a day costs: runs after one new submission and with nothing new, beside what they are to be compared with.

Steps of benchmarks.steps, and the table of ratios.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.mail import DAYS, FIRST_DAY, context_on, drop_what_came, eight_on, icb_of_a_year
from benchmarks.measuring import Measured, run_process, run_step

GREAT_EXPECTATIONS = Path(__file__).parent / "peers" / "by_great_expectations.py"
DAY = "2026-03-31"
PRACTICES_OF_AN_ICB = 60
IMPORTS = {
    "import duckdb": "import duckdb; duckdb.connect()",
    "import great_expectations": "import great_expectations",
}


@dataclass(frozen=True)
class Ratio:
    """What is compared with what, and what it may be at most. megabytes: at most, of the first."""

    what: str
    measured: str
    beside: str
    at_most: float
    megabytes: int | None = None


RATIOS = (
    Ratio("England: after one submission, to first", "England: one submission", "England: first run", 0.06, 600),
    Ratio("the same, to Great Expectations alone, one suite", "England: one submission", "GX alone, one suite", 3),
    Ratio("60 practices: a run after one row", "ICB: one row", "import great_expectations", 1.8),
    Ratio("England: a run with nothing new", "England: nothing new", "import duckdb", 4),
    Ratio("60 practices: a run with nothing new", "ICB: nothing new", "import duckdb", 4),
    Ratio("England: first check, to all suites alone", "England: first check", "GX alone, all suites", 1.6, 900),
    Ratio("England: the site, to its bytes by plain templates", "England: first site", "same bytes by Jinja", 2),
)  # fmt: skip


def measured_once(folder: Path, scale: float) -> dict[str, Measured]:
    """Everything that is compared, once, in the order in which nothing finds more than it should."""
    england, icb = folder / "england", folder / "icb"
    for place in (england, icb):
        shutil.rmtree(place, ignore_errors=True)
    run_step("make_england", england, "2024-04-01", str(scale))
    run_step("make_england", icb, "2024-04-01", str(PRACTICES_OF_AN_ICB / 6200))
    found = {name: run_process([sys.executable, "-c", code]) for name, code in IMPORTS.items()}
    for name, place in (("England", england), ("ICB", icb)):
        found[f"{name}: first run"] = run_step("run", place, DAY)
        found[f"{name}: nothing new"] = run_step("run", place, DAY)
        run_step("add_rows", place, place, 1)
        after = run_step("run", place, DAY)
        if not after.said["is_new"]:
            raise RuntimeError(f"{name}: a run after one new row found nothing new")
        found[f"{name}: one {'submission' if name == 'England' else 'row'}"] = after
    found |= _alone(folder, england)
    return found


def _alone(folder: Path, england: Path) -> dict[str, Measured]:
    """Great Expectations by itself, a first check, and the bytes of the site by plain templates."""
    handed, own, fresh = folder / "handed", folder / "own", folder / "fresh"
    for place in (handed, own, fresh):
        shutil.rmtree(place, ignore_errors=True)
    own.mkdir()
    run_step("hand_over", england, handed, DAY)
    shutil.copytree(england / "inbox", fresh / "inbox")
    shutil.copy(england / "monitor.toml", fresh)
    run_step("load", fresh)
    return {
        "England: first check": run_step("check", fresh),
        "GX alone, all suites": run_step("suites_alone", fresh),
        "GX alone, one suite": run_process([sys.executable, str(GREAT_EXPECTATIONS), str(own), str(handed), DAY]),
        "same bytes by Jinja": run_step("same_bytes_by_jinja", england),
        "England: first site": _first_site(england),
    }


def _first_site(england: Path) -> Measured:
    shutil.rmtree(england / "published" / "site")
    return run_step("site", england)


def suites_alone(folder: str) -> dict[str, int]:
    """Baseline: Great Expectations over the statuses of a check that was made, every suite, with nothing else."""
    from benchmarks.workspaces import context_of
    from monitor.checks.great_expectations import Validator
    from monitor.checks.suites import run_suites
    from monitor.store.sessions import writing

    context = context_of(folder)
    with writing(context, "a benchmark") as connection:
        validator = Validator(connection, schema="data")
        connection.execute("CREATE OR REPLACE TEMP TABLE question AS SELECT as_of FROM data.status_day")
        verdicts = run_suites(connection, context.catalogue, validator, lambda code: None)
        validator.close()
    return {"rows": len(verdicts)}


def same_bytes_by_jinja(folder: str) -> dict[str, int]:
    """Baseline: the bytes of every page of the site once more, each through one plain template of its lines."""
    from jinja2 import Environment

    template = Environment(autoescape=False).from_string("{% for line in lines %}{{ line }}\n{% endfor %}")  # noqa: S701  bytes of ours
    target, written = Path(folder) / "plain-pages", 0
    target.mkdir(exist_ok=True)
    for number, page in enumerate((Path(folder) / "published" / "site").rglob("*.html")):
        lines = page.read_text(encoding="utf-8").splitlines()
        text = template.render(lines=lines)
        (target / f"{number}.html").write_text(text, encoding="utf-8")
        written += len(text.encode())
    shutil.rmtree(target)
    return {"rows": number + 1, "bytes": written}


def year_of_days(folder: str) -> dict[str, Any]:
    """A whole run on each day of a year of 60 practices and five returns: files that came, and CPU seconds."""
    from monitor import pipeline

    workspace = icb_of_a_year(Path(folder))
    context = context_on(workspace, FIRST_DAY)
    days = []
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS)):
        before = len(list((workspace / "inbox").iterdir()))
        drop_what_came(workspace, day)
        files = len(list((workspace / "inbox").iterdir())) - before
        begun = time.process_time()
        pipeline.run(replace(context, clock=eight_on(day)), day)
        days.append((files + (day == FIRST_DAY), round(time.process_time() - begun, 2)))
    return {"rows": DAYS, "days": days}


def ratio_table(runs: Sequence[dict[str, Measured]]) -> Iterator[tuple[str, ...]]:
    """Each ratio of CPU seconds, in every run; the memory of what is measured; what it may be."""
    yield ("what", "CPU s", "beside it, CPU s", "ratio, each run", "at most", "MB", "MB at most")
    for ratio in RATIOS:
        pairs = [(run[ratio.measured], run[ratio.beside]) for run in runs]
        each = ", ".join(f"{one.cpu_seconds / other.cpu_seconds:.2f}" for one, other in pairs)
        of_it, beside = (" ".join(f"{pair[place].cpu_seconds:.2f}" for pair in pairs) for place in (0, 1))
        megabytes = max(one.peak_bytes for one, _ in pairs) / 1_000_000
        most = "" if ratio.megabytes is None else f"{ratio.megabytes}"
        yield (ratio.what, of_it, beside, each, f"{ratio.at_most}", f"{megabytes:,.0f}", most)


def year_table(days: Sequence[tuple[int, float]]) -> Iterator[tuple[str, ...]]:
    """Of the year: days with new files and without, and what they cost."""
    yield ("days", "how many", "CPU s, median", "CPU s, most", "over 3 CPU s")
    for words, with_files in (("with new files", True), ("without", False)):
        costs = [cost for files, cost in days if bool(files) == with_files]
        over = sum(cost > 3 for cost in costs)
        yield (words, f"{len(costs)}", f"{median(costs):.2f}", f"{max(costs):.2f}", f"{over}")
