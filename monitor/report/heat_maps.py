"""Organisations x periods for one return, a letter and a colour a cell: a table, so that it can be read without seeing.

A thousand organisations over two years are 24,000 cells. Their markup is as short as HTML allows, and made here rather
than in a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from monitor.report.pages import Link, Page, counted, named, parts
from monitor.report.places import heat_page, organisation_page, root_of
from monitor.report.reading import Row
from monitor.report.statuses import CELLS, MISSED, NO_CELL
from monitor.report.world import World

ORGANISATIONS_OF_A_PAGE = 1_200


@dataclass(frozen=True)
class HeatMap:
    """columns: the labels of the periods. rows: whole table rows. summary: what it shows, in a sentence."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Markup]
    summary: str


@dataclass(frozen=True)
class OfReturn:
    """The organisations of one area and return, each with its statuses by period."""

    return_code: str
    organisations: list[tuple[str, str, dict[date, str]]]


def of_areas(cells: Iterable[Row]) -> Iterator[tuple[str, Iterator[OfReturn]]]:
    """The rows of heat.sql, by area and return."""
    for code, of_area in groupby(cells, itemgetter("area_code")):
        yield code, _of_returns(of_area)


def _of_returns(cells: Iterable[Row]) -> Iterator[OfReturn]:
    for return_code, of_return in groupby(cells, itemgetter("return_code")):
        organisations = []
        for code, of_one in groupby(of_return, itemgetter("organisation_code")):
            rows = list(of_one)
            organisations.append((code, rows[0]["organisation_name"], {row["slot_start"]: row["status"] for row in rows}))
        yield OfReturn(return_code, organisations)


def heat_map(world: World, one: OfReturn, page: str) -> HeatMap:
    """The table of one return, for this page."""
    slots = world.slots_of[one.return_code]
    starts = [slot["slot_start"] for slot in slots]
    root = root_of(page)
    rows = [_row(code, name, statuses, starts, root) for code, name, statuses in one.organisations]
    return HeatMap(
        world.titles[one.return_code], tuple(slot["label"] for slot in slots), rows, _summary(one, slots)
    )


def heat_pages(world: World, kind: str, code: str, one: OfReturn, trail: tuple[Link, ...]) -> Iterator[Page]:
    """The pages of one area and return, in parts where there are very many organisations."""
    pieces = list(parts(one.organisations, ORGANISATIONS_OF_A_PAGE))
    paths = [heat_page(kind, code, one.return_code, number) for number in range(1, len(pieces) + 1)]
    for number, (path, piece) in enumerate(zip(paths, pieces, strict=True), 1):
        title = f"{world.titles[one.return_code]}: {world.area_name(kind, code)}"
        content = {
            "heat": heat_map(world, OfReturn(one.return_code, list(piece)), path),
            "part_pages": list(enumerate(paths, 1)),
            "part": number,
        }
        yield Page(path, "heat.html.j2", title + (f", part {number}" if number > 1 else ""), trail, content)


def _row(code: str, name: str, statuses: dict[date, str], starts: Sequence[date], root: str) -> Markup:
    head = Markup("<tr><th scope=row><a href={}>{}</a>").format(root + organisation_page(code), named(name, code))
    return head + Markup("").join(CELLS[statuses[start]] if start in statuses else NO_CELL for start in starts)


def _summary(one: OfReturn, slots: Sequence[Row]) -> str:
    missing = [sum(status in MISSED for status in statuses.values()) for _, _, statuses in one.organisations]
    return (
        f"{counted(len(missing), 'organisation')} over {counted(len(slots), 'period')}: {sum(missing):,} returns not "
        f"received or rejected, from {counted(sum(count > 0 for count in missing), 'organisation')}."
    )
