"""What many tests share: a fixed clock, the command line called in process, and the demo made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.shipped import SAMPLE_DATA

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Answer:
    """What one command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Monitor = Callable[..., Answer]


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str]) -> Monitor:
    """Run one command in process, at a fixed instant: monitor("status", "-w", folder)."""

    def run(*args: object, now: datetime = NOW, environ: dict[str, str] | None = None) -> Answer:
        capsys.readouterr()
        code = main([str(arg) for arg in args], environ or {}, lambda: now)
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return run


@pytest.fixture(scope="session")
def demo_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace after its run. For tests that only read."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
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


def write_csv(path: Path, text: str) -> Path:
    """Write lines given with an indent, as a CSV file."""
    lines = [line.strip() for line in text.strip().splitlines()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
