"""What many tests share: the command line called in process, and the demo made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asking import NOW, Answer, Monitor, Show
from rich.console import Console
from rich.table import Table

from benchmarks.counting_judge import judged_by_counting
from monitor import pipeline
from monitor.checks import verdicts
from monitor.cli.app import main
from monitor.core.resources import SAMPLE_DATA
from monitor.report import data_docs
from monitor.report.site.build import Built

# What makes the site, the workbook and the Data Docs, and what stands for it where nobody looks at them.
PAGES = {
    (pipeline, "report_news"): lambda context: Built(context.workspace.site),
    (pipeline, "_with_documents"): lambda context, published: published,
    (data_docs, "make_data_docs"): lambda write, folder: None,
}
MAKING_PAGES = {(module, name): getattr(module, name) for module, name in PAGES}


@contextmanager
def making(what: Mapping[tuple[Any, str], Callable]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), function in what.items():
            patched.setattr(module, name, function)
        yield


@pytest.fixture(autouse=True, scope="module")
def without_pages(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs make no pages, which take a third of their time, unless the module is marked to be about them."""
    with making(MAKING_PAGES if request.node.get_closest_marker("pages") else PAGES):
        yield


@pytest.fixture(autouse=True, scope="module")
def judged_by_counting_where_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs of a module marked `counted` count by SQL: it is not about verdicts, which take a second of each run."""
    marked = request.node.get_closest_marker("counted")
    with making({(verdicts, "judged_by_suites"): judged_by_counting} if marked else {}):
        yield


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str]) -> Monitor:
    """Run one command in process, at a fixed instant: monitor("status", "-w", folder)."""

    def run(*args: object, now: datetime = NOW, environ: dict[str, str] | None = None) -> Answer:
        capsys.readouterr()
        code = main([str(arg) for arg in args], environ or {}, lambda: now, pause=lambda seconds: None)
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return run


@pytest.fixture
def show(pytestconfig: pytest.Config) -> Show:
    """Print what a proof shows as a table: show(title, headings, rows). Seen with `pytest -m proof -n 0`."""

    def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        table = Table(*headings, title=title, title_justify="left", title_style="bold")
        for row in rows:
            table.add_row(*map(str, row))
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            Console(width=120).print("\n", table)

    return show


@pytest.fixture(scope="session")
def demo_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace after its run. For tests that only read."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    with making(MAKING_PAGES):  # whichever module asks for it first
        assert main(["demo", "--dir", str(folder)], {}, lambda: NOW) == 0
    return folder


@pytest.fixture
def demo(demo_made_once: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace, to be changed at will."""
    return Path(shutil.copytree(demo_made_once, tmp_path / "demo"))


@pytest.fixture
def sample_file() -> Callable[[str], Path]:
    """A file of the sample data, by name."""
    return lambda name: SAMPLE_DATA / name


@pytest.fixture
def workspace(tmp_path: Path, monitor: Monitor) -> Path:
    """An empty workspace."""
    folder = tmp_path / "workspace"
    assert monitor("init", folder).code == 0
    return folder
