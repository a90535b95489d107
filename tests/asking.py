"""Asking the program as a user does: a fixed instant, what a command gives, and files to drop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.store.connection import open_writer

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Answer:
    """What one command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class TypedDemo:
    """The demo's workspace, and what the command said."""

    folder: Path
    answer: Answer


Monitor = Callable[..., Answer]
Show = Callable[..., None]


def standing_at(now: datetime) -> Callable[[], datetime]:
    """A clock that does not go on."""
    return lambda: now


def write_csv(path: Path, text: str) -> Path:
    """Write lines given with an indent, as a CSV file."""
    lines = [line.strip() for line in text.strip().splitlines()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@cache
def _empty_store() -> bytes:
    """A store as the first run makes it, with nothing in it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "monitor.duckdb"
        with open_writer(file, Path(folder) / "spill", "500MB"):
            pass
        return file.read_bytes()


def put_empty_store(workspace: Workspace) -> None:
    """A store with nothing in it: to make its tables and views takes longer than most of what a test does in it."""
    workspace.make_folders()
    if not workspace.store.exists():
        workspace.store.write_bytes(_empty_store())


def new_workspace(folder: Path, settings: str = "monitor_from = 2025-09-01\n", now: datetime = NOW) -> Context:
    """A workspace with these settings alone; what is done in it is done at one instant."""
    workspace = Workspace(folder)
    put_empty_store(workspace)
    workspace.configuration.write_text(settings, encoding="utf-8")
    return read_context(workspace, lambda: now)


def statuses(monitor: Monitor, workspace: Path, return_code: str, period_start: str, as_of: str) -> dict[str, tuple]:
    """By organisation: status, cause and record count of one return and period, as the status command gives them."""
    asked = ("--return", return_code, "--as-of", as_of, "--format", "json")
    rows = json.loads(monitor("status", "-w", workspace, *asked).out)
    return {
        row["organisation_code"]: (row["status"], row["cause"], row["record_count"])
        for row in rows
        if row["period_start"] == period_start
    }


def write_two_practices(workspace: Path) -> None:
    """Z98001 Hill Street Surgery and Z98002 Mill Lane Practice, of whom workforce is expected from November 2025 on."""
    settings = 'monitor_from = 2025-11-01\nreturns = ["workforce"]\n'
    (workspace / "monitor.toml").write_text(settings, encoding="utf-8")
    write_csv(
        workspace / "inbox" / "organisations.csv",
        """organisation_code,organisation_name,contract_type
        Z98001,Hill Street Surgery,GMS
        Z98002,Mill Lane Practice,GMS""",
    )


def write_practices(workspace: Path, *codes: str) -> Path:
    """An organisations file of practices of which nothing but code and name is known."""
    rows = [f"{code},Surgery {code}" for code in codes]
    return write_csv(workspace / "inbox" / "practices.csv", "\n".join(["organisation_code,organisation_name", *rows]))
