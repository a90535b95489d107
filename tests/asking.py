"""Asking the program as a user does: a fixed instant, what a command gives, and files to drop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Answer:
    """What one command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Monitor = Callable[..., Answer]


def write_csv(path: Path, text: str) -> Path:
    """Write lines given with an indent, as a CSV file."""
    lines = [line.strip() for line in text.strip().splitlines()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
