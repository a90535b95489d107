"""How time and memory grow with the months that are watched, and with the rows that are new. A step and its table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression

from benchmarks.measuring import Measured
from benchmarks.workspaces import AS_OF, copy_csv

LENGTHS = {6: "2025-10-01", 12: "2025-04-01", 24: "2024-04-01", 60: "2021-04-01", 120: "2016-04-01"}
NEW_ROWS = (1, 10, 100, 1000)
NEW_ROWS_SQL = Path(__file__).parent / "sql" / "new_rows.sql"
FIGURES: tuple[Callable[[Measured], float], ...] = (
    lambda measured: measured.seconds,
    lambda measured: measured.cpu_seconds,
    lambda measured: measured.peak_bytes,
)


@dataclass(frozen=True)
class Point:
    """What a check (new_rows: 0), or a run after so many new rows, took over a history of so many months."""

    months: int
    new_rows: int
    rows: int
    measured: Measured

    @property
    def what(self) -> str:
        """In words."""
        rows = "row" if self.new_rows == 1 else "rows"
        return f"run after {self.new_rows:,} new {rows}" if self.new_rows else "check"


def add_rows(source: str, folder: str, rows: str) -> dict[str, int]:
    """Put a log of so many new submissions into the inbox of a workspace; source: where plain.duckdb is."""
    import duckdb

    inbox = Path(folder) / "inbox"
    earlier = sorted(inbox.glob("new-*.csv"))
    skip = sum(int(file.stem.split("-")[2]) for file in earlier)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{Path(source) / 'plain.duckdb'}' AS plain (READ_ONLY)")
        for name, value in {"rows": int(rows), "skip": skip, "day": AS_OF}.items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        target = inbox / f"new-{len(earlier):03}-{rows}.csv"
        copy_csv(connection, NEW_ROWS_SQL.read_text(encoding="utf-8"), target)
    return {"rows": int(rows)}


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The b of y = a * x ** b that fits best: a line through the logarithms, by least squares."""
    return linear_regression([math.log(x) for x, _ in points], [math.log(y) for _, y in points]).slope


def growth_table(points: Sequence[Point]) -> Iterator[tuple[str, ...]]:
    """The exponents: of a check and each kind of run by the months, and of a run over each history by the new rows."""
    yield ("what", "grows with", "seconds", "CPU s", "peak MB", "CPU, most : least", "MB, most : least")
    for new in sorted({point.new_rows for point in points}):
        those = [point for point in points if point.new_rows == new]
        yield (those[0].what, _span("months", [point.months for point in those]), *_exponents(those, _months))
    for months in sorted({point.months for point in points}):
        those = [point for point in points if point.months == months and point.new_rows]
        span = _span("new rows", [point.new_rows for point in those])
        yield (f"run over {months} months", span, *_exponents(those, _new_rows))


def _months(point: Point) -> int:
    return point.months


def _new_rows(point: Point) -> int:
    return point.new_rows


def _exponents(points: Sequence[Point], size: Callable[[Point], int]) -> Iterator[str]:
    """Of each figure its exponent; and how many times as much the largest takes as the smallest."""
    for figure in FIGURES:
        yield f"{exponent([(size(point), figure(point.measured)) for point in points]):.2f}"
    smallest, largest = min(points, key=size).measured, max(points, key=size).measured
    for figure in FIGURES[1:]:
        yield f"{figure(largest) / figure(smallest):.1f}"


def _span(of: str, sizes: Sequence[int]) -> str:
    return f"{of}, {min(sizes):,} to {max(sizes):,}"
