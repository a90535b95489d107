"""The pages of what came before, during and after each period of collective action. Pure: rows -> pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.core.text import number as number_of
from monitor.report.site import action_charts
from monitor.report.site.action_words import (
    CHANGE_COLUMNS,
    COUNT_COLUMNS,
    PHASE_COLUMNS,
    can_be_told,
    change_cells,
    change_sentence,
    count_rows,
    rate_cells,
    readings_sentence,
    titled,
)  # fmt: skip
from monitor.report.site.pages import HOME, ROWS_OF_A_PAGE, Cell, Link, Page, Table, day, link, named, short, text
from monitor.report.site.phases import ALL, Compared
from monitor.report.site.places import (  # fmt: skip
    ACTION,
    action_page,
    area_page,
    organisation_page,
    period_page,
    return_page,
)
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import World
from monitor.returns.periods import day_label

TITLE = "Collective action: before, during, after"
STOPPED_OF_A_RETURN = 500
TOO_FEW_EACH = (
    "Each has fewer than 30 organisations with returns before and during: too few to tell change from chance."
)
HEADING_OF_KIND = {"supplier": "Supplier", "icb": "ICB", "pcn": "PCN"}


def index(world: World) -> Page:
    """Every period of collective action, return by return."""
    content = {"parts": [_part(world, period) for period in world.phases.periods]}
    return Page(ACTION, "action.html.j2", TITLE, (HOME,), content)


def _part(world: World, period: Row) -> dict[str, Any]:
    groups = sorted(world.phases.overall(period["name"]), key=lambda one: world.titles[one.return_code])
    part: dict[str, Any] = {"title": titled(period), "summary": "", "svg": None, "table": None, "counts": None}
    if not groups:
        return part
    summary = f"{short(period['name'])}: {readings_sentence(groups)}"
    rows = [[_return_cell(world, one), *rate_cells(one), *change_cells(one.change)] for one in groups]
    counts = [[text(world.titles[one.return_code]), *cells] for one in groups for cells in count_rows(one)]
    lines = [(world.titles[one.return_code], phase, row) for one in groups for phase, row in one.phases.items()]
    columns = ("Return", *PHASE_COLUMNS, *CHANGE_COLUMNS)
    return part | {
        "summary": readings_sentence(groups),
        "svg": action_charts.intervals(lines, summary),
        "table": Table(f"Share not received, {short(period['name'])}", columns, rows, can_be_sorted=True),
        "counts": Table(f"The counts behind it, {short(period['name'])}", ("Return", *COUNT_COLUMNS), counts, True),
    }


def _return_cell(world: World, one: Compared) -> Cell:
    return link(world.titles[one.return_code], action_page(one.return_code, world.phases.number_of(one.action)))


def of_return(world: World, return_code: str) -> list[dict[str, Any]]:
    """What the page of a return has to say of each period of collective action in which anything of it was due."""
    return [
        {
            "title": titled(period), "counts": _counts_of(one), "change": change_sentence(one.change),
            "more": Link(_more_words(world, one), action_page(return_code, world.phases.number_of(period["name"]))),
        }
        for period in world.phases.periods
        for one in world.phases.of_return(period["name"], return_code, "all")
    ]  # fmt: skip


def _more_words(world: World, one: Compared) -> str:
    stopped = world.phases.stopped_of(one.action, one.return_code)
    return f"By supplier, ICB and PCN, and what stopped ({stopped[0]['stopped'] if stopped else 0:,})"


def _counts_of(one: Compared) -> Table:
    return Table(f"Share not received, {short(one.action)}", COUNT_COLUMNS, list(count_rows(one)))


def pages_of_return(world: World, return_code: str) -> Iterator[Page]:
    """For each period of collective action in which anything of a return was due: its groups, and what stopped."""
    for period in world.phases.periods:
        for one in world.phases.of_return(period["name"], return_code, ALL):
            yield _return_page(world, period, one)


def _return_page(world: World, period: Row, one: Compared) -> Page:
    code, title = one.return_code, world.titles[one.return_code]
    stopped = world.phases.stopped_of(one.action, code)
    kinds = ((kind, world.phases.of_return(one.action, code, kind)) for kind in HEADING_OF_KIND)
    content: dict[str, Any] = {
        "period": titled(period), "counts": _counts_of(one), "change": change_sentence(one.change),
        "groups": [_groups(world, kind, groups) for kind, groups in kinds if groups],
        "stopped": _stopped(world, code, stopped) if stopped else None,
    }  # fmt: skip
    trail = (HOME, Link("Analysis", ACTION), Link(title, return_page(code)))
    page = action_page(code, world.phases.number_of(one.action))
    return Page(page, "action_of_return.html.j2", f"{title}: before, during and after", trail, content)


def _groups(world: World, kind: str, groups: Sequence[Compared]) -> Mapping[str, Any]:
    """One table of suppliers, ICBs or PCNs, in the order of their codes: it ranks nobody."""
    is_told = can_be_told(groups)
    columns = (HEADING_OF_KIND[kind], *PHASE_COLUMNS, *(CHANGE_COLUMNS if is_told else ()))
    rows = [
        [_group_cell(world, one), *rate_cells(one), *(change_cells(one.change) if is_told else ())]
        for one in groups[:ROWS_OF_A_PAGE]
    ]
    more = "The others are in the view action_rate." if len(groups) > len(rows) else ""
    table = Table(f"By {HEADING_OF_KIND[kind].replace('Supp', 'supp')}", columns, rows, can_be_sorted=True, more=more)
    return {"table": table, "note": "" if is_told else TOO_FEW_EACH}


def _group_cell(world: World, one: Compared) -> Cell:
    code = one.code or ""
    if one.kind == "supplier":
        return text(code)
    return link(world.area_name(one.kind, code), area_page(one.kind, code))


def _stopped(world: World, code: str, rows: Sequence[Row]) -> Table:
    labels = {slot["slot_start"]: slot["label"] for slot in world.slots_of.get(code, [])}
    cells = [
        [
            link(
                named(row["organisation_name"], row["organisation_code"]), organisation_page(row["organisation_code"])
            ),
            _period_cell(code, row, labels),
            day(row["due_on"]),
        ]
        for row in rows
    ]
    total = rows[0]["stopped"]
    more = f"All {total:,} are in the view stopped_in_action." if total > len(rows) else ""
    caption = f"Received three times in a row, then not: {number_of(total, 'return')}"
    return Table(caption, ("Organisation", "Period", "Due on"), cells, can_be_sorted=True, more=more)


def _period_cell(code: str, row: Row, labels: Mapping[Any, str]) -> Cell:
    start = row["period_start"]
    page = period_page(code, start) if start in labels else ""
    return Cell(labels.get(start, day_label(start)), start.isoformat(), page)


def of_area(world: World, kind: str, code: str) -> list[dict[str, Any]]:
    """The returns of an ICB or a PCN, for each period of collective action."""
    parts = []
    for period in world.phases.periods:
        groups = world.phases.of_area(period["name"], kind, code)
        if groups:
            is_told = can_be_told(groups)
            columns = ("Return", *PHASE_COLUMNS, *(CHANGE_COLUMNS if is_told else ()))
            rows = [
                [text(world.titles[one.return_code]), *rate_cells(one), *(change_cells(one.change) if is_told else ())]
                for one in sorted(groups, key=lambda one: world.titles[one.return_code])
            ]
            table = Table(titled(period), columns, rows)
            parts.append({"table": table, "note": "" if is_told else TOO_FEW_EACH})
    return parts
