"""Rows of an export, as a column map of monitor.toml has them: our columns made of the file's own texts.

What a person wrote in monitor.toml is bound, never part of the SQL; of a heading only a safe name gets this far.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.sources.column_map import INSTANTS, ColumnMap, compared, is_month_first
from monitor.sources.mapped_formats import column_as_written
from monitor.store.named_sql import SqlTemplate, queries_beside, quoted

SQL = queries_beside(__file__)


def mapped_rows(column_map: ColumnMap, source: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The source SELECT with the format's own columns beside those of the file, and the values to bind."""
    bound = _Bound()
    columns = [f"{_cell(column_map, column, bound)} AS {quoted(column)}" for column in column_map.own.columns]
    left_out = [
        f"WHEN is_among({quoted(column_as_written(column))}, {bound.name_of([compared(text) for text in texts])}) "
        f"THEN 'left_out:{column}'"
        for column, texts in column_map.leave_out.items()
    ]
    sql = SqlTemplate(SQL["mapped_rows"]).substitute(
        source=source,
        columns=", ".join(columns),
        left_out=f"CASE {' '.join(left_out)} END" if left_out else "NULL",
    )
    return sql, {**values, **bound.values}


def _cell(column_map: ColumnMap, column: str, bound: _Bound) -> str:
    """SQL for one column of the format: the file's text, with its meaning here and its day in ISO 8601."""
    if column in column_map.fixed:
        return f"CAST({bound.name_of(column_map.fixed[column])} AS VARCHAR)"
    if column not in column_map.columns.values():
        return "CAST(NULL AS VARCHAR)"
    cell = quoted(column_as_written(column))
    if meanings := column_map.values.get(column):
        texts = bound.name_of([compared(text) for text in meanings])
        cell = f"meaning_of({cell}, {texts}, {bound.name_of(list(meanings.values()))})"
    if formats := column_map.day_formats.get(column):
        written = "%Y-%m-%d %H:%M:%S" if column in INSTANTS else "%Y-%m-%d"
        days = [f"strftime(day_written_as({cell}, {bound.name_of(day_format)}), '{written}')" for day_format in formats]
        otherwise = f"not_day_first({cell})" if any(map(is_month_first, formats)) else cell
        cell = f"coalesce({', '.join(days)}, {otherwise})"
    return cell


class _Bound:
    """Values to bind, and the names they get."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def name_of(self, value: Any) -> str:
        name = f"column_map_{len(self.values)}"
        self.values[name] = value
        return f"${name}"
