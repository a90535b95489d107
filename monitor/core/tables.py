"""Rows for people and programs: a table, CSV or JSON on standard output."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from shutil import get_terminal_size
from typing import Any, TextIO

from monitor.core.text import FORMULA_STARTS, UNREADABLE, on_one_line

FORMATS = ("table", "csv", "json")
MOST_ROWS_OF_A_TABLE = 200
WIDTH_WHERE_THERE_IS_NO_TERMINAL = 500
BETWEEN_COLUMNS = "   "
CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # what no cell of a CSV file holds; full_list.sql asks the same of DuckDB
_CONTROLS = re.compile(CONTROLS)
_CONTROLS_JSON_LEAVES = re.compile(r"[\x7f-\x9f]")


def write_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], how: str, out: TextIO) -> int:
    """Write rows; gives how many were left out (a table of very many rows shows the first ones)."""
    columns = [on_one_line(column) for column in columns]  # those of a PIVOT are texts of a file
    if how == "json":
        named = [dict(zip(columns, map(_for_json, row), strict=True)) for row in rows]
        text = json.dumps(named, ensure_ascii=False, indent=1)
        out.write(_CONTROLS_JSON_LEAVES.sub(lambda one: f"\\u{ord(one[0]):04x}", text) + "\n")
        return 0
    if how == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(map(_for_csv, columns))
        writer.writerows([_for_csv(value) for value in row] for row in rows)
        return 0
    return _write_table(columns, rows, out)


def _write_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], out: TextIO) -> int:
    from rich.cells import cell_len

    shown = [[_for_people(value) for value in row] for row in rows[:MOST_ROWS_OF_A_TABLE]]
    widths = [max(map(cell_len, cells)) for cells in zip(columns, *shown, strict=True)]
    columns_here = get_terminal_size().columns if out.isatty() else WIDTH_WHERE_THERE_IS_NO_TERMINAL
    are_numbers = [any(map(_is_number, cells)) for cells in zip(*rows[:50], strict=True)] or [False] * len(columns)
    if sum(widths) + len(BETWEEN_COLUMNS) * (len(widths) - 1) > columns_here:
        _write_folded(columns, shown, are_numbers, columns_here, out)
    else:
        _write_lines([list(columns), *shown], widths, are_numbers, out)
    return max(0, len(rows) - MOST_ROWS_OF_A_TABLE)


def _write_lines(
    lines: Sequence[Sequence[str]], widths: Sequence[int], are_numbers: Sequence[bool], out: TextIO
) -> None:
    """A table for which there is room, its heading first. To have rich lay it out takes longer than to answer."""
    from rich.cells import cell_len

    for number, line in enumerate(lines):
        padded = []
        for cell, width, is_number in zip(line, widths, are_numbers, strict=True):
            space = " " * (width - cell_len(cell))
            padded.append(space + cell if is_number else cell + space)
        out.write(BETWEEN_COLUMNS.join(padded) + "\n")
        if number == 0:
            out.write("─" * (sum(widths) + len(BETWEEN_COLUMNS) * (len(widths) - 1)) + "\n")


def _write_folded(
    columns: Sequence[str], lines: Sequence[Sequence[str]], are_numbers: Sequence[bool], width: int, out: TextIO
) -> None:
    """A table that is wider than the terminal, its cells over as many lines as they need."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, is_number in zip(columns, are_numbers, strict=True):
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for line in lines:
        table.add_row(*map(Text, line))
    Console(file=out, width=width, highlight=False, markup=False, emoji=False).print(table)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _for_people(value: Any) -> str:
    if value is None:
        return ""
    return on_one_line(value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else str(value))


def _for_csv(value: Any) -> Any:
    if isinstance(value, str):
        # A lone carriage return is written without quotes and would begin a row of its own.
        text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
        text = _CONTROLS.sub(UNREADABLE, text)  # a file must not steer the terminal that shows it
        return "'" + text if text.startswith(FORMULA_STARTS) else text
    return value.isoformat() if isinstance(value, date) else value


def _for_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
