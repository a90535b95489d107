"""The snapshots of what was published: their names, and which of them are kept.

Kept are the newest one, those of the last days, and for two years the first one of each month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.core.clock import london_date

KEEP_FIRST_OF_MONTH_MONTHS = 24
PATTERN = re.compile(r"monitor-(\d{8}T\d{6})Z\.duckdb")


def name_of(at: datetime) -> str:
    """The name of a snapshot that is made at an instant; names sort as the instants do."""
    return f"monitor-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.duckdb"


def made_at(name: str) -> datetime | None:
    """When a snapshot was made, by its name; None for a file that is no snapshot."""
    found = PATTERN.fullmatch(name)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def newest(names: Iterable[str]) -> str | None:
    """The newest snapshot among the names; None where none is one."""
    return max((name for name in names if made_at(name)), default=None)


def to_delete(names: Iterable[str], today: date, keep_days: int) -> list[str]:
    """Which snapshots go, oldest first. Files of other names never do.

    Kept: the newest; those at most `keep_days` days old; the first of each month, up to 24 months back. Days are
    London's.
    """
    made = sorted((name, london_date(at)) for name in names if (at := made_at(name)))
    first_of_month: dict[tuple[int, int], str] = {}
    for name, day in made:
        first_of_month.setdefault((day.year, day.month), name)
    return [
        name
        for name, day in made[:-1]
        if (today - day).days > keep_days
        and not (first_of_month[day.year, day.month] == name and _months(day, today) <= KEEP_FIRST_OF_MONTH_MONTHS)
    ]


def clean_up(folder: Path, today: date, keep_days: int) -> list[str]:
    """Delete the snapshots that need not be kept.

    Gives the names of those that had to stay, because somebody has them open; they go another day.
    """
    left = []
    for name in to_delete([file.name for file in folder.glob("*.duckdb")], today, keep_days):
        try:
            (folder / name).unlink(missing_ok=True)
        except PermissionError:
            left.append(name)
    return left


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
