"""The pages of the areas: ICBs, sub-ICBs and PCNs. Pure: rows -> pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from monitor.core.text import number as number_of
from monitor.report.site import action_pages, control_chart_pages, missed_lists
from monitor.report.site.grids import Entry, grids
from monitor.report.site.heat_maps import OfReturn, heat_map, heat_pages
from monitor.report.site.pages import HOME, Cell, Link, Page, Table, link, number, text
from monitor.report.site.places import AREAS, area_page, heat_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import AREA_KINDS, World

MISSED_OF_AN_AREA = 300
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


def area_pages(
    world: World, kind: str, code: str, counts: Sequence[Row], missed_rows: Sequence[Row], maps: Iterable[OfReturn],
    completeness: Sequence[Row] = (),
) -> Iterator[Page]:  # fmt: skip
    """The page of one area, and its heat maps.

    counts: its rows of areas.sql; missed_rows: of area_missed.sql; completeness: of completeness.sql, for an ICB.
    """
    trail = (HOME, AREAS_LINK, *world.above(kind, code))
    page = area_page(kind, code)
    content: dict[str, Any] = {
        "code": code, "kind": AREA_KINDS[kind], "summary": _summary(counts), "maps": [], "map_links": [],
        "grids": list(grids(map(_entry, counts), world.titles)),
        "missed_table": _missed_table(world, missed_rows) if missed_rows else None,
        "within": _inside(world, kind, code),
        "completeness": control_chart_pages.completeness_table(world, completeness),
        "charts": control_chart_pages.completeness_drawn(world, completeness),
        "phases": action_pages.of_area(world, kind, code),
    }  # fmt: skip
    for one in maps:
        if kind == INLINE:
            content["maps"].append(heat_map(world, one, page))
        else:
            content["map_links"].append(Link(world.titles[one.return_code], heat_page(kind, code, one.return_code)))
            yield from heat_pages(world, kind, code, one, trail)
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
    mark = f"{row['missed']:,} of {row['expected']:,}" if row["expected"] else "–"
    return Entry(
        row["period_kind"], row["return_code"], row["slot_start"], row["label"], mark, "n" if row["missed"] else ""
    )


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
