"""Tables of returns x periods, one a kind of period: whichever is more, periods or returns, runs downwards. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from monitor.report.site.pages import Link
from monitor.report.site.places import return_page

KINDS = {
    "month": "Monthly returns",
    "quarter": "Quarterly returns",
    "contract_year": "Returns owed once a contract year",
    "request": "Returns owed on request, by the month in which they were asked for",
}


@dataclass(frozen=True)
class Entry:
    """What one cell is about. mark: what stands in it, with the class of its colour ("" for none)."""

    period_kind: str
    return_code: str
    slot_start: date
    label: str
    mark: str | Markup
    colour: str = ""


@dataclass(frozen=True)
class Grid:
    """rows: the heading of each and its cells, as (mark, colour)."""

    caption: str
    corner: str
    columns: tuple[Link, ...]
    rows: tuple[tuple[Link, tuple[tuple[str | Markup, str], ...]], ...]


def grids(entries: Iterable[Entry], titles: Mapping[str, str]) -> Iterator[Grid]:
    """A grid for each kind of period that occurs. Several entries of one cell stand in it one after the other."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.period_kind, []).append(entry)
    for kind, caption in KINDS.items():
        if kind in by_kind:
            yield _grid(caption, by_kind[kind], titles)


def _grid(caption: str, entries: Sequence[Entry], titles: Mapping[str, str]) -> Grid:
    codes = sorted({entry.return_code for entry in entries}, key=lambda code: titles[code])
    labels = {entry.slot_start: entry.label for entry in entries}
    periods = sorted(labels, reverse=True)
    cells: dict[tuple[str, date], tuple[str | Markup, str]] = {}
    for entry in entries:
        key = (entry.return_code, entry.slot_start)
        before = cells.get(key)
        mark = Markup("{}<br>{}").format(before[0], entry.mark) if before else entry.mark
        cells[key] = (mark, entry.colour or (before[1] if before else ""))
    returns = [Link(titles[code], return_page(code)) for code in codes]
    spans = [Link(labels[start], "") for start in periods]
    nothing = ("", "")
    if len(periods) >= len(codes):
        rows = tuple(
            (head, tuple(cells.get((code, start), nothing) for code in codes))
            for head, start in zip(spans, periods, strict=True)
        )
        return Grid(caption, "Period", tuple(returns), rows)
    rows = tuple(
        (head, tuple(cells.get((code, start), nothing) for start in periods))
        for head, code in zip(returns, codes, strict=True)
    )
    return Grid(caption, "Return", tuple(spans), rows)
