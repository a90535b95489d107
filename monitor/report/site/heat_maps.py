"""Organisations x periods for one return, a letter and a colour a cell: a table, so that it can be read without seeing.

A thousand organisations over two years are 24,000 cells. Their markup is as short as HTML allows, and made here rather
than in a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from monitor.core.text import number as number_of
from monitor.core.vocabulary import MISSED
from monitor.report.site.pages import ROWS_OF_A_PAGE, Link, Page, Piece, parts, short
from monitor.report.site.places import heat_page, organisation_page, root_of
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import World
from monitor.report.site.status_tags import CELLS, NO_CELL

CELLS_OF_A_PAGE = 30_000  # keeps a page well below a megabyte, over two years or over ten


@dataclass(frozen=True)
class HeatMap:
    """columns: the labels of the periods. rows: whole table rows. summary: what it shows, in a sentence.

    missed: how many of its cells are not received or rejected.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Markup]
    summary: str
    missed: int


@dataclass(frozen=True)
class OfReturn:
    """The organisations of one area and return: rows of heat.sql."""

    return_code: str
    organisations: Sequence[Row]


def of_areas(rows: Iterable[Row]) -> Iterator[tuple[str, Iterator[OfReturn]]]:
    """The rows of heat.sql, by area and return."""
    for code, of_area in groupby(rows, itemgetter("area_code")):
        yield code, _of_returns(of_area)


def _of_returns(rows: Iterable[Row]) -> Iterator[OfReturn]:
    for return_code, of_return in groupby(rows, itemgetter("return_code")):
        yield OfReturn(return_code, list(of_return))


def heat_map(world: World, one: OfReturn, page: str) -> HeatMap:
    """The table of one return, for this page."""
    slots = world.slots_of[one.return_code]
    starts, root = [slot["slot_start"] for slot in slots], root_of(page)
    missing = [sum(status in MISSED for status in row["statuses"]) for row in one.organisations]
    summary = (
        f"{number_of(len(missing), 'organisation')} over {number_of(len(slots), 'period')}: {sum(missing):,} returns "
        f"not received or rejected, from {number_of(sum(count > 0 for count in missing), 'organisation')}."
    )
    rows = [_row(row, starts, root) for row in one.organisations]
    return HeatMap(world.titles[one.return_code], tuple(slot["label"] for slot in slots), rows, summary, sum(missing))


def heat_piece(world: World, kind: str, code: str, one: OfReturn, trail: tuple[Link, ...]) -> Piece:
    """The pages of one area and return, made only where they say something else."""
    periods = [(slot["slot_start"], slot["label"]) for slot in world.slots_of[one.return_code]]
    said = (world.area_name(kind, code), world.titles[one.return_code], trail, periods, one.organisations)
    return Piece(one.return_code, repr(said), partial(_heat_pages, world, kind, code, one, trail))


def _heat_pages(world: World, kind: str, code: str, one: OfReturn, trail: tuple[Link, ...]) -> Iterator[Page]:
    """The pages of one area and return, in parts where there are very many organisations."""
    most = min(ROWS_OF_A_PAGE, CELLS_OF_A_PAGE // len(world.slots_of[one.return_code]))
    pieces = list(parts(one.organisations, max(1, most)))
    paths = [heat_page(kind, code, one.return_code, number) for number in range(1, len(pieces) + 1)]
    for number, (path, piece) in enumerate(zip(paths, pieces, strict=True), 1):
        title = f"{world.titles[one.return_code]}: {world.area_name(kind, code)}"
        content = {
            "heat": heat_map(world, OfReturn(one.return_code, piece), path),
            "part_pages": list(enumerate(paths, 1)),
            "part": number,
        }
        yield Page(path, "heat.html.j2", title + (f", part {number}" if number > 1 else ""), trail, content)


def _row(row: Row, starts: Sequence[date], root: str) -> Markup:
    code = row["organisation_code"]
    # The code first: on a narrow screen the end of a name has no room.
    words = f"{code} {short(row['organisation_name'] or '')}".rstrip()
    head = Markup('<tr><th scope=row><a href="{}">{}</a>').format(root + organisation_page(code), words)
    by_start = dict(zip(row["slots"], row["statuses"], strict=True))
    # Letters and classes are ours: putting each through an escape would take most of the time of the site.
    return head + Markup("".join([CELLS.get(by_start.get(start, ""), NO_CELL) for start in starts]))  # noqa: S704  as said
