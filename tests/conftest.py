"""What many tests share: the command line called in process, and the demo made once."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from asking import NOW, Answer, Monitor, Show, TypedDemo, put_empty_store
from filelock import FileLock
from memory_store import MemoryStore, store_in_memory
from rich.console import Console
from rich.table import Table

from benchmarks.stages import COUNTED, COUNTED_WITH_PAGES, WITH_PAGES, WITHOUT_PAGES
from monitor.cli.app import main
from monitor.cli.run_commands import DEMO_FOLDER
from monitor.config.workspace import Workspace
from monitor.core.resources import SAMPLE_DATA
from monitor.pipeline import Stages
from monitor.store.connection import Store


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test marked one_in(n) the first case of every n runs by default; the others go with the slow tests."""
    seen: Counter[str] = Counter()
    for item in items:
        marker = item.get_closest_marker("one_in")
        if marker is None:
            continue
        test, _, _ = item.nodeid.partition("[")
        if seen[test] % marker.args[0]:
            item.add_marker(pytest.mark.slow)
        seen[test] += 1


def pytest_collection_finish() -> None:
    """What was imported is never garbage: to look through it again and again took a twentieth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def stages(request: pytest.FixtureRequest) -> Stages:
    """What takes part in the runs of a module: neither Great Expectations nor pages, which take most of a run's time.

    Unless it is marked `judged`, verdicts are counted by SQL; unless it is marked `pages`, there are none.
    """
    is_judged, has_pages = (request.node.get_closest_marker(name) for name in ("judged", "pages"))
    if is_judged:
        return WITH_PAGES if has_pages else WITHOUT_PAGES
    return COUNTED_WITH_PAGES if has_pages else COUNTED


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str], stages: Stages) -> Monitor:
    """Run one command in process, at a fixed instant: monitor("status", "-w", folder)."""

    def run(*args: object, now: datetime = NOW, environ: dict[str, str] | None = None) -> Answer:
        capsys.readouterr()
        code = main([str(arg) for arg in args], environ or {}, lambda: now, lambda seconds: None, stages)
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
def typed_demo(tmp_path_factory: pytest.TempPathFactory) -> TypedDemo:
    """`monitor demo` as the documents have it, run once for all workers of pytest."""
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "demo"
    with FileLock(folder.with_suffix(".lock")):
        answer = folder / "answer.json"
        if not answer.exists():
            folder.mkdir(exist_ok=True)
            out, err = StringIO(), StringIO()
            with chdir(folder), redirect_stdout(out), redirect_stderr(err):
                code = main(["demo"], {}, lambda: NOW, stages=COUNTED_WITH_PAGES)
            answer.write_text(json.dumps([code, out.getvalue(), err.getvalue()]), encoding="utf-8")
    return TypedDemo(folder / DEMO_FOLDER, Answer(*json.loads(answer.read_text(encoding="utf-8"))))


@pytest.fixture(scope="session")
def demo_made_once(typed_demo: TypedDemo) -> Path:
    """A demo workspace after its run. For tests that only read."""
    assert typed_demo.answer.code == 0
    return typed_demo.folder


@pytest.fixture
def demo(demo_made_once: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace, to be changed at will."""
    return Path(shutil.copytree(demo_made_once, tmp_path / "demo"))


@pytest.fixture
def sample_file() -> Callable[[str], Path]:
    """A file of the sample data, by name."""
    return lambda name: SAMPLE_DATA / name


@pytest.fixture
def bare_workspace(tmp_path: Path, monitor: Monitor) -> Path:
    """A workspace in which nothing has run yet."""
    folder = tmp_path / "workspace"
    assert monitor("init", folder).code == 0
    return folder


@pytest.fixture
def workspace(bare_workspace: Path) -> Path:
    """An empty workspace, with a store."""
    put_empty_store(Workspace(bare_workspace))
    return bare_workspace


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in memory, made once."""
    with store_in_memory(tmp_path_factory.mktemp("spill")) as connection:
        yield connection


@pytest.fixture
def store(memory: Store, tmp_path: Path) -> MemoryStore:
    """An empty store in memory with an inbox: for what loading files comes to."""
    store = MemoryStore(memory, tmp_path)
    store.empty()
    store.inbox.mkdir()
    return store
