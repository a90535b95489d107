"""Control charts on pages: record counts of an organisation, completeness of an ICB. Pure: rows -> what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from monitor.core.vocabulary import WORDS_OF_RULE
from monitor.report.site import charts
from monitor.report.site.pages import Cell, Table, link, number, text
from monitor.report.site.places import return_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import World

ICONS = {-1: "▼ special cause: low", 0: "● common cause", 1: "▲ special cause: high"}
COLUMNS = ("Return", "Newest period", "Its figure", "Mean", "Usually", "Reading", "Points")


@dataclass(frozen=True)
class Drawn:
    """A chart: what is over it, the sentence that says the same, and the picture."""

    title: str
    summary: str
    svg: Markup


def counts_in_words(world: World, rows: Sequence[Row]) -> list[str]:
    """Each return's newest record count beside what is usual: a line, because there are thousands of such pages."""
    return [_in_words(world, row, is_share=False) for row in rows if row["return_code"] in world.titles]


def completeness_table(world: World, rows: Sequence[Row]) -> Table | None:
    """Each return's newest completeness beside what is usual for the ICB."""
    cells = [
        [
            link(world.titles[row["return_code"]], return_page(row["return_code"])),
            Cell(_month(row), row["newest_on"].isoformat()),
            _figure(row["newest_value"]),
            _figure(row["mean"]),
            text(_usual(row, is_share=True)),
            text(_reading(row)),
            number(row["points"]),
        ]
        for row in rows
        if row["return_code"] in world.titles
    ]
    return Table("Completeness: the share received of those required and known", COLUMNS, cells) if cells else None


def counts_drawn(world: World, rows: Sequence[Row]) -> list[Drawn]:
    """A chart for each return whose newest count is low."""
    return [_drawn(world, row, "Records", is_share=False) for row in rows if row["drawn"]]


def completeness_drawn(world: World, rows: Sequence[Row]) -> list[Drawn]:
    """A chart for each return with limits."""
    return [_drawn(world, row, "Completeness", is_share=True) for row in rows if row["drawn"]]


def _drawn(world: World, row: Row, what: str, is_share: bool) -> Drawn:
    title, summary = world.titles[row["return_code"]], _in_words(world, row, is_share)
    points = [{**point, "on": None, "label": f"{point['on']:%b %Y}"} for point in row["drawn"]]
    return Drawn(f"{title}: {what.lower()}", summary, charts.control(points, what.lower(), is_share, summary))


def _in_words(world: World, row: Row, is_share: bool) -> str:
    """The newest figure, what is usual, the reading; and since when, where limits were made anew."""
    newest = f"{row['newest_value']:.1%}" if is_share else f"{row['newest_value']:,.0f}"
    usual = f", usually {_usual(row, is_share)}" if row["mean"] is not None else ""
    began = f" (new limits from {row['from_on']:%B %Y}: {row['began']})" if row["began"] else ""
    return f"{world.titles[row['return_code']]}, {_month(row)}: {newest}{usual}. {_reading(row)}{began}"


def _month(row: Row) -> str:
    return f"from {row['newest_on']:%B %Y}"


def _figure(share: float | None) -> Cell:
    return Cell("" if share is None else f"{share:.1%}", is_number=True)


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
