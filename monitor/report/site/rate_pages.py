"""Reporting rates as DHIS2 counts them: actual of expected, in time, and the patients covered. Pure: rows -> pages.

A period of England has 1,400 areas, and there are hundreds of periods: their rows are made here, as those of heat maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape

from monitor.report.site.pages import HOME, Cell, Link, Page, Table, link, number, parts, percent, rate, short, text
from monitor.report.site.places import RATES, RETURNS, area_page, period_page, rate_page, return_page, root_of
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import AREA_KINDS, World
from monitor.returns.periods import day_label

MEASURES = (
    "Actual", "Expected", "Reporting rate", "On time", "On time rate", "Not received", "Not known", "Not yet due",
    "Patients covered",
)  # fmt: skip
NOT_KNOWN = "not known"


@dataclass(frozen=True)
class OfAreas:
    """The areas of one kind, each a whole table row."""

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Markup]


def index(world: World) -> Page:
    """The latest period that is past due of every return, and the way to all others."""
    latest = [(row, found) for row in world.returns if (found := _latest(world, row["return_code"]))]
    rows = [
        [
            link(row["return_title"], rate_page(row["return_code"], one["slot_start"])),
            Cell(one["label"], one["slot_start"].isoformat()), *_measures(one),
        ]
        for row, one in latest
    ]  # fmt: skip
    table = Table(
        "Each return, in the latest period that is past due", ("Return", "Period", *MEASURES), rows, can_be_sorted=True
    )
    periods = [(row["return_title"], picker(world, row["return_code"])) for row, _ in latest]
    return Page(RATES, "rates.html.j2", "Reporting rate", (HOME,), {"table": table, "periods": periods})


def page_of_period(world: World, code: str, slot: Row, rows: Sequence[Row]) -> Page:
    """One period of a return: as a whole, and by ICB, sub-ICB and PCN. rows: of rates.sql."""
    path = rate_page(code, slot["slot_start"])
    title = world.titles[code]
    by_kind = {kind: list(group) for kind, group in groupby(rows, itemgetter("area_kind"))}
    content = {
        "whole": _whole(slot),
        "of_areas": [_of_areas(world, kind, by_kind[kind], root_of(path)) for kind in AREA_KINDS if kind in by_kind],
        "periods": picker(world, code, slot),
        "missing": Link("Who is missing in this period", period_page(code, slot["slot_start"])),
    }
    trail = (HOME, Link("Returns", RETURNS), Link(title, return_page(code)))
    return Page(path, "rate.html.j2", f"Reporting rate: {title}, {slot['label']}", trail, content)


def picker(world: World, code: str, here: Row | None = None) -> list[dict[str, object]]:
    """The periods of a return to choose from, the latest first."""
    return [
        {"label": one["label"], "page": rate_page(code, one["slot_start"]), "is_here": one is here}
        for one in reversed(world.rates_of.get(code, []))
    ]


def _latest(world: World, code: str) -> Row | None:
    rates = world.rates_of.get(code, [])
    due = [one for one in rates if one["is_due"]] or rates
    return due[-1] if due else None


def _measures(one: Row) -> list[Cell]:
    known = one["expected"] - one["not_known"] if one["actual"] + one["missed"] else 0
    shown = rate(one["actual"], known)
    return [
        number(one["actual"]), number(one["expected"]),
        Cell(_why_no_rate(one), "", is_number=True) if shown is None else percent(shown),
        number(one["actual_on_time"]), percent(rate(one["actual_on_time"], known)), number(one["missed"]),
        number(one["not_known"]), number(one["not_yet_due"]),
        percent(rate(one["patients_covered"] or 0, (one["patients"] or 0) if known else 0)),
    ]  # fmt: skip


def _why_no_rate(one: Row) -> str:
    """Nothing came and nothing is missed: 0 would say of what is not yet due that it did not come."""
    if one["not_known"] == one["expected"]:
        return NOT_KNOWN
    return "no due date" if one["due_on"] is None else "not yet due"


def _whole(one: Row) -> Table:
    return Table("All organisations", ("Period", *MEASURES), [[text(one["label"]), *_measures(one)]])


def _of_areas(world: World, kind: str, rows: Sequence[Row], root: str) -> OfAreas:
    word = AREA_KINDS[kind]
    return OfAreas(
        f"By {word}, as on the last day of the period", (word, *MEASURES), list(_rows(world, kind, rows, root))
    )


def _rows(world: World, kind: str, rows: Sequence[Row], root: str) -> Iterator[Markup]:
    for row in rows:
        code = row["area_code"]
        name = short(row["area_name"] or "")
        words = escape(f"{short(code)} {name}".rstrip() if code else f"in no {AREA_KINDS[kind]}, or not known")
        if (kind, code) in world.area:
            words = Markup('<a href="{}">{}</a>').format(root + area_page(kind, code), words)
        cells = "".join(f"<td class=num>{cell.text}" for cell in _measures(row))
        yield Markup(f"<tr><th scope=row>{words}{cells}")  # noqa: S704  the name is escaped; the rest are numbers of ours


def networks(world: World, rows: Sequence[Row]) -> Iterator[Page]:
    """Primary care networks side by side. rows: of pcn_summary."""
    pieces = list(parts(rows))
    paths = [f"networks{'' if part == 1 else f'-part-{part}'}.html" for part in range(1, len(pieces) + 1)]
    for part, (path, piece) in enumerate(zip(paths, pieces, strict=True), 1):
        content = {"table": _networks(world, piece), "part_pages": list(enumerate(paths, 1)), "part": part}
        title = "Primary care networks" + (f", part {part}" if part > 1 else "")
        yield Page(path, "networks.html.j2", title, (HOME,), content)


def _networks(world: World, rows: Sequence[Row]) -> Table:
    cells = [
        [
            _network(world, row), _icb(world, row["icb_now"]), number(row["practices"]), number(row["patients"]),
            number(row["due"]), number(row["received"]),
            Cell(NOT_KNOWN, "", is_number=True) if row["reporting_rate"] is None
            else percent(row["reporting_rate"]),
            percent(row["on_time_rate"]), number(row["missed"]), number(row["not_known"]),
            number(row["organisations_absent"]),
            Cell(day_label(row["absent_since_due_on"]), row["absent_since_due_on"].isoformat())
            if row["absent_since_due_on"] else Cell("", "9999"),
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        "PCN", "ICB", "Practices", "Patients", "Due", "Received", "Reporting rate", "On time rate", "Not received",
        "Not known", "To contact", "First due on",
    )  # fmt: skip
    return Table(
        "Primary care networks, those with the lowest reporting rate first", columns, cells, can_be_sorted=True
    )


def _network(world: World, row: Row) -> Cell:
    words = f"{row['pcn_name']} ({row['pcn_code']})" if row["pcn_name"] else row["pcn_code"]
    page = area_page("pcn", row["pcn_code"]) if ("pcn", row["pcn_code"]) in world.area else ""
    return link(words, page)


def _icb(world: World, code: str | None) -> Cell:
    return link(code, area_page("icb", code) if ("icb", code) in world.area else "") if code else Cell("")
