"""A pandas frame as a workbook: what an analyst hands on to somebody who lives in Excel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from monitor.core.atomic_files import built_beside, give_name
from monitor.core.clock import LONDON
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.report.workbook.report_workbook import OPTIONS
from monitor.report.workbook.sheet import Looks, write_sheet

if TYPE_CHECKING:
    import pandas as pd

ROWS_OF_A_SHEET, COLUMNS_OF_A_SHEET = 1_048_575, 16_384  # without the heading
ENDING = ".xlsx"


def write_frame(frame: pd.DataFrame, file: Path) -> Path:
    """Write a frame as the one sheet of a workbook; what is there is replaced in one step.

    Raises UsageError where it is no frame, fits no sheet or the file has another ending, EnvironmentFault where it
    cannot be written.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise UsageError("the frame", f"is a {type(frame).__name__}", "a pandas DataFrame", "for a series: .to_frame()")
    if file.suffix.lower() != ENDING:
        raise UsageError(str(file), "does not end as a workbook does", ENDING)
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    if len(frame) > ROWS_OF_A_SHEET or not 0 < len(frame.columns) <= COLUMNS_OF_A_SHEET:
        raise UsageError(
            "the frame", f"has {len(frame):,} rows and {len(frame.columns):,} columns",
            f"at most {ROWS_OF_A_SHEET:,} rows, and from 1 to {COLUMNS_OF_A_SHEET:,} columns",
            "select fewer rows, or write CSV",
        )  # fmt: skip
    try:
        with built_beside(file) as building:
            _write(frame, building)
            if not give_name(building, file):
                raise EnvironmentFault(
                    str(file), "is open in another program", advice="close it there, then write again"
                )
    except (OSError, XlsxWriterException) as error:
        raise EnvironmentFault(
            str(file), f"the workbook cannot be written: {error}", advice="check disk space and the folder"
        ) from error
    return file


def _write(frame: pd.DataFrame, building: Path) -> None:
    with Workbook(str(building), {**OPTIONS, "tmpdir": str(building.parent)}) as book:
        columns = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
        write_sheet(book.add_worksheet("Sheet1"), Looks.of(book), columns, _rows(frame))


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows, empty cells as None and numbers as Python's own."""
    cells = frame.astype(object).where(frame.notna(), None)
    for row in cells.itertuples(index=False, name=None):
        yield tuple(map(_cell, row))


def _cell(value: Any) -> Any:
    if not isinstance(value, datetime):  # a pandas Timestamp is one
        return value.item() if hasattr(value, "item") else value
    at = datetime(*value.timetuple()[:6], tzinfo=value.tzinfo)
    if at.tzinfo:
        return at.astimezone(LONDON).replace(tzinfo=None)
    return at.date() if at.time() == time() else at
