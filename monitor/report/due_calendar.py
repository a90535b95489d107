"""What falls due, as events of a calendar: one a return and period, and one a publication where those are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from monitor.core.calendar_text import DayEvent
from monitor.core.text import number
from monitor.queries.listings import due_rows
from monitor.queries.publications import coming_publications
from monitor.returns.catalogue import MandatoryReturn

RETURNS, PUBLICATIONS = "Returns due", "Publications due"


def events_of_returns(
    connection: duckdb.DuckDBPyConnection, table: str, as_of: date, days: int, returns: Mapping[str, MandatoryReturn]
) -> list[DayEvent]:
    """What falls due from a day on within so many days, in order of day.

    Where notices give some organisations another day, the day of the most is the period's event, and each other day
    is one of its own.
    """
    columns, rows = due_rows(connection, table, as_of, days, returns)
    due = [dict(zip(columns, row, strict=True)) for row in rows]
    first_of: dict[str, dict[str, Any]] = {}
    for one in sorted(due, key=lambda one: -one["organisations"]):
        first_of.setdefault(_key(one), one)
    return [_of_return(one, first_of[_key(one)] is one) for one in due]


def events_of_publications(
    connection: duckdb.DuckDBPyConnection, table: str, first: date, last: date, returns: Mapping[str, MandatoryReturn]
) -> list[DayEvent]:
    """The days from one to another on which publications are to be looked for, where those are known."""
    return [
        DayEvent(
            f"publication {publication.name} {period.start}",
            due_on,
            f"To load: {publication.name}, {period.label}",
            f"Due day: {publication.basis()}",
            PUBLICATIONS,
        )
        for due_on, publication, period in coming_publications(connection, table, returns, first, last)
    ]


def _key(due: Mapping[str, Any]) -> str:
    return f"return {due['return_code']} {due['period_label']}"


def _of_return(due: Mapping[str, Any], is_of_the_most: bool) -> DayEvent:
    counted = f"{due['received']:,} of {number(due['organisations'], 'organisation')} received"
    return DayEvent(
        _key(due) if is_of_the_most else f"{_key(due)} {due['due_on']}",
        due["due_on"],
        f"Due: {due['return_title']}, {due['period_label']}",
        f"{counted} when this calendar was made. Basis of the due date: {due['due_basis']}. "
        f"Return: {due['return_code']}.",
        RETURNS,
    )
