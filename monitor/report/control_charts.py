"""Control charts on pages: record counts of an organisation, completeness of an ICB. Pure: rows -> what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from monitor.report import charts
from monitor.report.pages import Cell, Table, link, number, text
from monitor.report.places import return_page
from monitor.report.reading import Row
from monitor.report.world import World
from monitor.words import WORDS_OF_RULE

ICONS = {-1: "▼ special cause: low", 0: "● common cause", 1: "▲ special cause: high"}
COLUMNS = ("Return", "Newest period", "Its figure", "Mean", "Usually", "Reading", "Points")


@dataclass(frozen=True)
class Drawn:
    """A chart: what is over it, the sentence that says the same, and the picture."""

    title: str
    summary: str
    svg: Markup


def counts_table(world: World, rows: Sequence[Row]) -> Table | None:
    """Each return's newest record count beside what is usual for the organisation."""
    return _table(world, rows, "Record counts, beside what is usual for this organisation", is_share=False)


def completeness_table(world: World, rows: Sequence[Row]) -> Table | None:
    """Each return's newest completeness beside what is usual for the ICB."""
    return _table(world, rows, "Completeness: the share received of those required and known", is_share=True)


def counts_drawn(world: World, rows: Sequence[Row]) -> list[Drawn]:
    """A chart for each return whose newest count is low."""
    return [_drawn(world, row, "Records", is_share=False) for row in rows if row["drawn"]]


def completeness_drawn(world: World, rows: Sequence[Row]) -> list[Drawn]:
    """A chart for each return with limits."""
    return [_drawn(world, row, "Completeness", is_share=True) for row in rows if row["drawn"]]


def _table(world: World, rows: Sequence[Row], caption: str, is_share: bool) -> Table | None:
    cells = [
        [
            link(world.titles[row["return_code"]], return_page(row["return_code"])),
            Cell(_month(row), row["newest_on"].isoformat()),
            _figure(row["newest_value"], is_share),
            _figure(row["mean"], is_share),
            text(_usual(row, is_share)),
            text(_reading(row)),
            number(row["points"]),
        ]
        for row in rows
        if row["return_code"] in world.titles
    ]
    return Table(caption, COLUMNS, cells) if cells else None


def _drawn(world: World, row: Row, what: str, is_share: bool) -> Drawn:
    title = world.titles[row["return_code"]]
    newest = _figure(row["newest_value"], is_share).text
    summary = f"{what}, {title}, {_month(row)}: {newest}, usually {_usual(row, is_share)}. {_reading(row)}."
    if row["began"]:
        summary += f" Limits were made anew from {row['from_on']:%B %Y}: {row['began']}."
    points = [{**point, "on": None, "label": f"{point['on']:%b %Y}"} for point in row["drawn"]]
    return Drawn(f"{title}: {what.lower()}", summary, Markup(charts.control(points, what.lower(), is_share, summary)))


def _month(row: Row) -> str:
    return f"from {row['newest_on']:%B %Y}"


def _figure(value: float | None, is_share: bool) -> Cell:
    if value is None:
        return Cell("", is_number=True)
    return Cell(f"{value:.1%}" if is_share else f"{value:,.0f}", f"{value}", is_number=True)


def _usual(row: Row, is_share: bool) -> str:
    if row["mean"] is None:
        return ""
    if is_share:
        return f"{row['lower']:.1%} to {row['upper']:.1%}"
    return f"{floor(row['lower']):,} to {ceil(row['upper']):,}"


def _reading(row: Row) -> str:
    """The icon of the newest point in words, with the rule; or why there is none."""
    if row["mean"] is None:
        return f"{row['note']}"
    if row["newest_rule"] is None:
        return ICONS[0]
    return f"{ICONS[row['newest_side']]}, {WORDS_OF_RULE[row['newest_rule'], row['newest_side']]}"
