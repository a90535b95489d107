"""Rows for people and programs: a table, CSV or JSON on standard output."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TextIO

from monitor.core.text import FORMULA_STARTS, UNREADABLE, on_one_line

FORMATS = ("table", "csv", "json")
MOST_ROWS_OF_A_TABLE = 200
WIDTH_WHERE_THERE_IS_NO_TERMINAL = 500
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS_JSON_LEAVES = re.compile(r"[\x7f-\x9f]")


def write_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], how: str, out: TextIO) -> int:
    """Write rows; gives how many were left out (a table of very many rows shows the first ones)."""
    if how == "json":
        named = [dict(zip(columns, map(_for_json, row), strict=True)) for row in rows]
        text = json.dumps(named, ensure_ascii=False, indent=1)
        out.write(_CONTROLS_JSON_LEAVES.sub(lambda one: f"\\u{ord(one[0]):04x}", text) + "\n")
        return 0
    if how == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_for_csv(value) for value in row] for row in rows)
        return 0
    return _write_table(columns, rows, out)


def _write_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], out: TextIO) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = None if out.isatty() else WIDTH_WHERE_THERE_IS_NO_TERMINAL
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, column in enumerate(columns):
        is_number = any(isinstance(row[place], int | float) and not isinstance(row[place], bool) for row in rows[:50])
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows[:MOST_ROWS_OF_A_TABLE]:
        table.add_row(*(Text(_for_people(value)) for value in row))
    console.print(table)
    return max(0, len(rows) - MOST_ROWS_OF_A_TABLE)


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
