"""Which publications are due by a day and not loaded: rows, from the dated data of returns/publications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import Period, period_starting
from monitor.returns.publications import Publication, publications
from monitor.store.named_sql import SqlTemplate, queries_beside

SQL = queries_beside(__file__)

COLUMNS = (
    "due_on", "publication", "return_code", "period_label", "state", "days_since", "log_loaded", "not_known",
    "newest_loaded", "period_start", "newest_period_start", "basis",
)  # fmt: skip
NOT_LOADED, IN_PART, NO_DAY = "not loaded", "loaded in part", "day not known"
LAST_DAY = date(9999, 12, 31)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Loaded:
    """What is loaded, by the first day of a period.

    editions: by source, whether all its parts are. logs: the returns of which somebody's own log is. not_known: by
    return, how many expected returns are not known because nothing, or only a part of it, is loaded.
    """

    editions: Mapping[tuple[str, date], bool]
    logs: frozenset[tuple[str, date]]
    not_known: Mapping[tuple[str, date], int]

    def state(self, publication: Publication, period: Period) -> str | None:
        """Whether an edition is loaded: None where it is, whichever of its files brought it."""
        found = [self.editions.get((source, period.start)) for source in publication.sources]
        if any(found):
            return None
        return NOT_LOADED if all(one is None for one in found) else IN_PART

    def newest(self, publication: Publication) -> Period | None:
        """The latest period of which an edition, or a part of one, is loaded."""
        starts = [start for source, start in self.editions if source in publication.sources]
        # A contract year's file stands under the year's first day, which is the first day of a quarter as well.
        return period_starting(publication.period, max(starts)) if starts else None

    def has_log(self, publication: Publication, period: Period) -> bool:
        return any((code, period.start) in self.logs for code in publication.returns)

    def held_back(self, publication: Publication, period: Period) -> int:
        return sum(self.not_known.get((code, period.start), 0) for code in publication.returns)


def due_publications(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    returns: Mapping[str, MandatoryReturn],
    monitor_from: date,
    as_of: date,
) -> list[Row]:
    """Rows of COLUMNS: each edition due by the day and not loaded, the oldest first; then publications without a day.

    connection: one on which the statuses of the day were worked out, in `table`. returns: those that are watched.
    log_loaded: whether a submission log of the period is loaded, so that the edition may not be needed. not_known:
    how many expected returns nothing can be said of until it is loaded.
    """
    loaded = _loaded(connection, table)
    rows = [
        row
        for publication in publications()
        if (spans := _wanted(publication, returns))
        for row in _rows(publication, spans, loaded, monitor_from, as_of)
    ]
    return sorted(rows, key=lambda row: (row[0] or LAST_DAY, row[1]))


def _loaded(connection: duckdb.DuckDBPyConnection, table: str) -> Loaded:
    editions = connection.execute(SQL["editions_loaded"]).fetchall()
    held = connection.execute(SqlTemplate(SQL["not_known_for_want_of_a_source"]).substitute(table=table)).fetchall()
    return Loaded(
        {(source, start): whole for source, start, whole in editions},
        frozenset(connection.execute(SQL["logs_loaded"]).fetchall()),
        {(code, start): count for code, start, count in held},
    )


def _wanted(publication: Publication, returns: Mapping[str, MandatoryReturn]) -> Sequence[tuple[date, date]]:
    """From when to when a return that is watched here rests on the publication; all time, where every return does."""
    if not publication.returns:
        return [(date.min, LAST_DAY)]
    calendars = [returns[code].calendar for code in publication.returns if code in returns]
    return [(one.effective_from or date.min, one.effective_to or LAST_DAY) for one in calendars]


def _rows(
    publication: Publication, spans: Sequence[tuple[date, date]], loaded: Loaded, monitor_from: date, as_of: date
) -> Iterator[Row]:
    newest, codes = loaded.newest(publication), ", ".join(publication.returns) or None
    newest_label, newest_start = (newest.label, newest.start) if newest else (None, None)
    if publication.due.rule == "none":
        if any(end >= monitor_from for _, end in spans):
            unknown = (None, None, None, newest_label, None, newest_start)
            yield None, publication.name, codes, None, NO_DAY, *unknown, publication.basis()
        return
    for period, due_on in publication.editions(monitor_from, as_of):
        state = loaded.state(publication, period)
        if state and _within(period, spans):
            has_log = "yes" if loaded.has_log(publication, period) else None
            yield (
                due_on, publication.name, codes, period.label, state, (as_of - due_on).days, has_log,
                loaded.held_back(publication, period), newest_label, period.start, newest_start, publication.basis(),
            )  # fmt: skip


def _within(period: Period, spans: Sequence[tuple[date, date]]) -> bool:
    return any(begin <= period.start and period.end <= end for begin, end in spans)


def needed_publications(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    returns: Mapping[str, MandatoryReturn],
    monitor_from: date,
    as_of: date,
) -> list[dict[str, Any]]:
    """Of due_publications those that are waited for: without one nothing can be said, or those before are loaded."""
    rows = due_publications(connection, table, returns, monitor_from, as_of)
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows if row[0] is not None]
    return [
        row
        for row in named
        if row["not_known"] or (row["newest_period_start"] and row["period_start"] > row["newest_period_start"])
    ]


def coming_publications(
    connection: duckdb.DuckDBPyConnection, table: str, returns: Mapping[str, MandatoryReturn], first: date, last: date
) -> Iterator[tuple[date, Publication, Period]]:
    """The editions that fall due from one day to another and are not loaded, where the day is known."""
    loaded = _loaded(connection, table)
    for publication in publications():
        spans = _wanted(publication, returns)
        for period, due_on in publication.editions(first.replace(year=first.year - 1, day=1), last):
            if due_on >= first and _within(period, spans) and loaded.state(publication, period):
                yield due_on, publication, period
