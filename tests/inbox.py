"""Files that people drop, right and wrong, and a look at what the store made of them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)  # 13:00 in London
GOOD = {
    "organisation_code": "A81001",
    "return_code": "workforce",
    "period_start": "2025-03-01",
    "submitted_at": "2025-03-31 10:00",
    "outcome": "accepted",
    "record_count": "5",
    "submission_id": "S1",
    "request_id": "",
    "detail": "",
}
HEADING = ",".join(GOOD) + "\n"
COUNTS = "SELECT file_name, rows_in_file, rows_loaded, rows_duplicate, rows_rejected FROM data.loaded_file ORDER BY ALL"
REJECTED = "SELECT row_number, reason, column_name FROM data.rejected_row ORDER BY file_id, row_number"
STORED = "SELECT * EXCLUDE (file_id) FROM data.submission_row ORDER BY ALL"


def row(**changed: str) -> str:
    """A line of a submission log that is right but for what is changed."""
    return ",".join({**GOOD, **changed}.values()) + "\n"


def log(*lines: str) -> str:
    """A submission log as CSV."""
    return HEADING + "".join(lines)


def workbook(*sheets: Sequence[Sequence[Any]]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet()
        for cells in sheet:
            page.append(list(cells))
    book.save(content)
    return content.getvalue()


def log_sheet(*changes: dict[str, Any]) -> list[list[Any]]:
    """A sheet of a submission log with real dates and numbers, one row for each set of changes."""
    typed = {"period_start": date(2025, 3, 1), "submitted_at": datetime(2025, 3, 31, 10), "record_count": 5}
    return [list(GOOD), *([cell or None for cell in {**GOOD, **typed, **changed}.values()] for changed in changes)]


def as_select(line: str) -> str:
    """A SELECT that gives one row of a submission log, all of it text."""
    cells = zip(GOOD, line.rstrip("\n").split(","), strict=True)
    return "SELECT " + ", ".join(f"'{text}' AS {column}" for column, text in cells)


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.sql(select).write_parquet(str(path), compression="uncompressed")
    return path


def nhs_numbers(how_many: int) -> list[str]:
    """Ten-digit numbers that pass the check digit: made up, from a range that is used for tests (999...)."""
    checked = ((digits, _check_digit(digits)) for digits in map(str, itertools.count(999_000_123, 79)))
    return list(itertools.islice((f"{digits}{check}" for digits, check in checked if check < 10), how_many))


def nhs_numbers_in_a_row(how_many: int) -> list[str]:
    """As `nhs_numbers`, one close to the other, so that there are hundreds of thousands."""
    checked = ((digits, _check_digit(digits)) for digits in map(str, range(999_000_000, 1_000_000_000)))
    return list(itertools.islice((f"{digits}{check}" for digits, check in checked if check < 10), how_many))


def not_nhs_numbers(how_many: int) -> list[str]:
    """Ten-digit numbers that do not pass the check digit."""
    return [f"{number[:9]}{(int(number[9]) + 1) % 10}" for number in nhs_numbers(how_many)]


def _check_digit(nine: str) -> int:
    return (11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11) % 11


def drop(workspace: Path, name: str, content: str | bytes) -> Path:
    path = workspace / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def stored(workspace: Path, sql: str = STORED) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()


def counts(workspace: Path) -> dict[str, tuple[int, ...]]:
    """By file: rows in it, loaded, duplicate, rejected."""
    return {name: tuple(numbers) for name, *numbers in stored(workspace, COUNTS)}


def submissions(workspace: Path) -> int:
    return stored(workspace, "SELECT count(*) FROM data.submission_row")[0][0]
