"""The pages of the areas: ICBs, sub-ICBs and PCNs. Pure: rows -> pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.core.text import number as number_of
from monitor.report.site import absence_lines, action_pages, control_chart_pages, missed_lists
from monitor.report.site.grid_marks import mark_of
from monitor.report.site.grids import Entry, grids
from monitor.report.site.heat_maps import OfReturn, heat_map, heat_piece
from monitor.report.site.pages import HOME, Cell, Link, Page, Piece, Table, link, number, text
from monitor.report.site.places import AREAS, area_page, heat_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import AREA_KINDS, World

MISSED_OF_AN_AREA = 300
ABSENCES_OF_AN_AREA = 300
INLINE = "pcn"  # few enough organisations to be shown on the area's own page
AREAS_LINK = Link("Areas", AREAS)


def index(world: World) -> Page:
    """Every area."""
    rows = [
        [
            link(world.area_name(row["area_kind"], row["area_code"]), area_page(row["area_kind"], row["area_code"])),
            text(AREA_KINDS[row["area_kind"]]),
            _within(row),
            number(row["organisations"]),
        ]
        for row in world.areas
    ]
    table = Table("Areas with organisations that owe returns", ("Area", "Kind", "Within", "Organisations"), rows, True)
    return Page(AREAS, "table.html.j2", "Areas", (HOME,), {"table": table})


def _within(row: Row) -> Cell:
    kinds = list(AREA_KINDS)
    if not row["within_code"]:
        return Cell("")
    return link(row["within_code"], area_page(kinds[kinds.index(row["area_kind"]) - 1], row["within_code"]))


@dataclass(frozen=True)
class OfArea:
    """What one area's page is made of: rows of areas, area_missed, completeness (of an ICB) and absences_of_areas."""

    counts: Sequence[Row]
    missed: Sequence[Row] = ()
    completeness: Sequence[Row] = ()
    absences: Sequence[Row] = ()


def area_pages(world: World, kind: str, code: str, rows: OfArea, maps: Iterable[OfReturn]) -> Iterator[Page | Piece]:
    """The page of one area, and its heat maps."""
    trail = (HOME, AREAS_LINK, *world.above(kind, code))
    page = area_page(kind, code)
    content: dict[str, Any] = {
        "code": code, "kind": AREA_KINDS[kind], "summary": _summary(rows.counts), "maps": [], "map_links": [],
        "grids": list(grids(map(_entry, rows.counts), world.titles)),
        "absences": absence_lines.of_area(rows.absences) if rows.absences else None,
        "missed_table": _missed_table(world, rows.missed) if rows.missed else None,
        "within": _inside(world, kind, code),
        "completeness": control_chart_pages.completeness_table(world, rows.completeness),
        "charts": control_chart_pages.completeness_drawn(world, rows.completeness),
        "phases": action_pages.of_area(world, kind, code),
    }  # fmt: skip
    for one in maps:
        if kind == INLINE:
            content["maps"].append(heat_map(world, one, page))
        else:
            content["map_links"].append(Link(world.titles[one.return_code], heat_page(kind, code, one.return_code)))
            yield heat_piece(world, kind, code, one, trail)
    content["map_links"].sort(key=lambda one: one.words)
    content["maps"].sort(key=lambda one: (-one.missed, one.title))
    yield Page(page, "area.html.j2", world.area_name(kind, code), trail[:-1], content, world.counted_to)


def _inside(world: World, kind: str, code: str) -> list[Link]:
    """The areas of which it consists."""
    kinds = list(AREA_KINDS)
    smaller = kinds[kinds.index(kind) + 1 : kinds.index(kind) + 2]
    return [
        Link(world.area_name(row["area_kind"], row["area_code"]), area_page(row["area_kind"], row["area_code"]))
        for row in world.areas
        if row["area_kind"] in smaller and row["within_code"] == code
    ]


def _entry(row: Row) -> Entry:
    return Entry(row["period_kind"], row["return_code"], row["slot_start"], row["label"], *mark_of(row))


def _summary(counts: Sequence[Mapping[str, int]]) -> str:
    expected, came = sum(row["expected"] for row in counts), sum(row["received"] for row in counts)
    missing, unknown = sum(row["missed"] for row in counts), sum(row["not_known"] for row in counts)
    return (
        f"{number_of(expected, 'required return')}: {came:,} received, {missing:,} not received or rejected, "
        f"{unknown:,} not known, {expected - came - missing - unknown:,} not due or without a due date."
    )


def _missed_table(world: World, rows: Sequence[Row]) -> Table:
    total = rows[0]["area_missed"]
    more = f"These are the latest due. All {total:,} are in the view missed_return." if total > len(rows) else ""
    return missed_lists.of_area(rows, world.titles, f"Not received or rejected: {total:,}", more)
