"""The pages of the returns: one for each return, and one for each of its periods. Pure: rows -> pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from monitor.core.text import number as number_of
from monitor.report.site import action_pages, charts
from monitor.report.site.grid_marks import mark_of
from monitor.report.site.one_period import of_slot
from monitor.report.site.pages import HOME, Cell, Link, Page, Piece, Table, day, link, number, parts, short, text
from monitor.report.site.places import RETURNS, area_page, period_page, return_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import AREA_KINDS, World, missed_in
from monitor.report.site.status_tags import OUTCOMES
from monitor.returns.action_rounds import by_round
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.due_words import window_words
from monitor.returns.periods import day_label

ROWS_BESIDE_THE_TREND = 100
MOST_AREAS_OF_A_CHART = 60
LEAST_PERIODS_OF_A_CHART = 2  # one bar says less than its row of the table
PERIOD_WORDS = {
    "month": "each month", "quarter": "each calendar quarter", "contract_year": "each contract year",
    "request": "each request",
}  # fmt: skip
RETURNS_LINK = Link("Returns", RETURNS)


def index(world: World) -> Page:
    """All returns, with their latest due period."""
    content = {"table": latest_periods(world)}
    return Page(RETURNS, "table.html.j2", "Returns", (HOME,), content)


def latest_periods(world: World) -> Table:
    """By return: what became of the latest period that is past due. Those with something missing come first."""
    rows = [(row, world.latest_due(row["return_code"])) for row in world.returns]
    rows.sort(key=lambda pair: -missed_in(pair[1]) if pair[1] else 1)
    return Table(
        "Each return, in the latest period that is past due",
        ("Return", "Latest period", "Due on", *OUTCOMES.values()),
        [_latest_row(row, slot) for row, slot in rows],
        can_be_sorted=True,
    )


def _latest_row(row: Row, slot: Row | None) -> list[Cell]:
    code = row["return_code"]
    title = link(row["return_title"], return_page(code))
    if slot is None:
        return [title, text("nothing expected yet"), day(None, ""), *(number(None) for _ in OUTCOMES)]
    period = Cell(slot["label"], slot["slot_start"].isoformat(), period_page(code, slot["slot_start"]))
    return [title, period, day(slot["due_first"], "no due date"), *(number(slot[name]) for name in OUTCOMES)]


def pages_of_return(
    world: World, row: Row, missed_rows: Sequence[Row], area_rows: Sequence[Row]
) -> Iterator[Page | Piece]:  # fmt: skip
    """The page of a return, and those of its periods. Its rows: of missed.sql and areas.sql."""
    missed_of = {slot: list(rows) for slot, rows in groupby(missed_rows, itemgetter("slot_start"))}
    slots, latest = world.slots_of.get(row["return_code"], []), world.latest_due(row["return_code"])
    rows = missed_of.get(latest["slot_start"], []) if latest else []
    yield _return_page(world, row, slots, area_rows, rows)
    for slot in slots:
        of_period = missed_of.get(slot["slot_start"], [])
        made_from = _said_of_period(world, row, slots, slot, of_period)
        yield Piece(f"{slot['slot_start']}", made_from, partial(_period_pages, world, row, slots, slot, of_period))


def _return_page(
    world: World, row: Row, slots: Sequence[Row], area_rows: Sequence[Row], rows: Sequence[Row]
) -> Page:  # fmt: skip
    code, latest = row["return_code"], world.latest_due(row["return_code"])
    content: dict[str, Any] = {
        "facts": list(_facts(world, row)),
        "law": definition.law_on(world.edition.as_of) if (definition := world.definitions.get(code)) else None,
        "periods": _picker(code, slots),
        "trend": None, "latest": None, "heat": None,
        "phases": action_pages.of_return(world, code), "hints": _hints(world, code),
    }  # fmt: skip
    if slots and latest:
        summary = _trend_summary(row["return_title"], slots, latest)
        has_action = any(slot["in_action_period"] for slot in slots)
        content["trend"] = {
            "summary": summary, "table": _trend_table(code, slots),
            "svg": charts.trend(slots, summary) if len(slots) >= LEAST_PERIODS_OF_A_CHART else None,
            "shaded": "Shaded: the due date lies in a period of collective action. That is a date, "
            "and says nothing about any organisation." if has_action else "",
        }  # fmt: skip
        content["latest"] = of_slot(world, row, latest, rows, ROWS_BESIDE_THE_TREND)
        content["heat"] = _heat(world, row, slots, area_rows)
    trail = (HOME, RETURNS_LINK)
    return Page(return_page(code), "return.html.j2", row["return_title"], trail, content, world.counted_to)


def _said_of_period(world: World, row: Row, slots: Sequence[Row], slot: Row, rows: Sequence[Row]) -> str:
    """All that the pages of a period say: its own, and where the other periods are."""
    key = (row["return_code"], slot["slot_start"])
    of_it = [one for one in (*world.gaps, *world.short_feeds) if (one["return_code"], one["period_start"]) == key]
    others = [(one["slot_start"], one["label"]) for one in slots]
    missed = [[value for name, value in one.items() if name != "days_overdue"] for one in rows]
    return repr((row, slot, others, of_it, world.suppliers_of.get(key), world.rate_of(*key) is None, missed))


def _period_pages(
    world: World, row: Row, slots: Sequence[Row], slot: Row, rows: Sequence[Row]
) -> Iterator[Page]:  # fmt: skip
    code = row["return_code"]
    place = slots.index(slot)
    trail = (HOME, RETURNS_LINK, Link(row["return_title"], return_page(code)))
    pieces = list(parts(rows))
    for part, piece in enumerate(pieces, 1):
        shown = of_slot(world, row, slot, piece, len(piece), part == 1)
        content = {
            "slot": shown,
            "before": slots[place - 1] if place else None,
            "after": slots[place + 1] if place + 1 < len(slots) else None,
            "part_pages": [(n, period_page(code, slot["slot_start"], n)) for n in range(1, len(pieces) + 1)],
            "part": part, "return_code": code, "periods": _picker(code, slots, slot),
        }  # fmt: skip
        title = f"{row['return_title']}: {slot['label']}" + (f", part {part}" if part > 1 else "")
        page = period_page(code, slot["slot_start"], part)
        yield Page(page, "period.html.j2", title, trail, content, world.counted_to)


def _trend_table(code: str, slots: Sequence[Row]) -> Table:
    rows = [
        [
            Cell(slot["label"], slot["slot_start"].isoformat(), period_page(code, slot["slot_start"])),
            day(slot["due_first"], "none"), number(slot["expected"]), *(number(slot[name]) for name in OUTCOMES),
            text("yes" if slot["in_action_period"] else "no"),
        ]
        for slot in reversed(slots)
    ]  # fmt: skip
    columns = ("Period", "Due on", "Expected", *OUTCOMES.values(), "Due during collective action")
    return Table("Received and not received, by period", columns, rows, can_be_sorted=True)


def _trend_summary(title: str, slots: Sequence[Row], latest: Row) -> str:
    worst = max(slots, key=missed_in)
    due = number_of(sum(slot["is_due"] for slot in slots), "period")
    said = (
        f"{title}: {due} past due. In {latest['label']}, {missed_in(latest):,} of {latest['expected']:,} "
        "were not received or rejected."
    )
    if missed_in(worst) > missed_in(latest):
        said += f" The most were missing in {worst['label']}: {missed_in(worst):,} of {worst['expected']:,}."
    return said


def _heat(world: World, row: Row, slots: Sequence[Row], area_rows: Sequence[Row]) -> dict[str, Any] | None:
    """Areas x periods, of ICBs where there are several, else of sub-ICBs."""
    kinds = {kind: [area for area in area_rows if area["area_kind"] == kind] for kind in ("icb", "sub-icb")}
    kind = "icb" if len({area["area_code"] for area in kinds["icb"]}) > 1 else "sub-icb"
    rows = [area for area in kinds[kind] if area["expected"]]
    codes = sorted({area["area_code"] for area in rows})
    if not rows or not any(slot["is_due"] for slot in slots):
        return None
    cells = [
        {
            "area": short(area["area_code"]), "label": area["label"],
            "says": mark_of(area)[0], "colour": mark_of(area)[1],
            "words": str(area["missed"]) if area["missed"] else "",
        }
        for area in sorted(rows, key=itemgetter("slot_start"))
    ]  # fmt: skip
    worst = max(rows, key=lambda area: (area["missed"] / area["expected"], area["missed"]))
    summary = (
        f"By {AREA_KINDS[kind]} and period, how many were not received or rejected. The largest share: "
        f"{short(worst['area_code'])} in {worst['label']}, {worst['missed']:,} of {worst['expected']:,}."
    )
    by_cell = {(area["area_code"], area["slot_start"]): area for area in rows}
    table = Table(
        f"Not received or rejected, of those expected to send, by {AREA_KINDS[kind]}",
        ("Period", *map(short, codes)),
        [
            [text(slot["label"]), *(_share(by_cell.get((code, slot["slot_start"]))) for code in codes)]
            for slot in reversed(slots)
        ],
    )
    is_drawn = len(codes) <= MOST_AREAS_OF_A_CHART and len(slots) >= LEAST_PERIODS_OF_A_CHART
    svg = charts.heat_of_areas(cells, summary) if is_drawn else None
    links = [Link(f"{AREA_KINDS[kind]} {short(code)}", area_page(kind, code)) for code in codes]
    return {"summary": summary, "svg": svg, "table": table, "links": links, "kind": AREA_KINDS[kind]}


def _share(area: Row | None) -> Cell:
    return Cell(mark_of(area)[0] if area else "")


def _picker(code: str, slots: Sequence[Row], here: Row | None = None) -> list[dict[str, Any]]:
    """The periods to choose from, the latest first."""
    return [
        {
            "label": slot["label"], "page": period_page(code, slot["slot_start"]), "missed": missed_in(slot),
            "is_here": slot is here,
        }
        for slot in reversed(slots)
    ]  # fmt: skip


def _hints(world: World, code: str) -> dict[str, Any] | None:
    """Which collective actions could put a return at risk, as a hint for planning. None for a return without a file."""
    definition = world.definitions.get(code)
    return {"rounds": by_round(definition.actions)} if definition else None


def _facts(world: World, row: Row) -> Iterator[tuple[str, str]]:
    """The summary list of a return."""
    definition = world.definitions.get(row["return_code"])
    yield "Owed by", f"each {row['owed_by']}, for {PERIOD_WORDS.get(row['period'], row['period'])}"
    yield "Sent by", row["sent_by"] or ""
    if row["effective_from"] or row["effective_to"]:
        yield "In force", _from_to(row["effective_from"], row["effective_to"])
    if definition:
        yield from _windows(world, definition)
    basis = definition.calendar.basis_note if definition else ""
    yield "Due date rests on", f"{row['due_basis'] or 'nothing'}. {basis}"
    if row["gms_reference"] == row["pms_reference"]:
        yield "Reference", row["gms_reference"] or "none"
    else:
        yield "GMS contract", row["gms_reference"] or "none"
        yield "PMS agreement", row["pms_reference"] or "none"
    yield "Guidance", row["guidance"] or "none"
    if definition:
        yield from _demands(definition)


def _windows(world: World, definition: MandatoryReturn) -> Iterator[tuple[str, str]]:
    """Of each period that can be sent in a window of days only: from when to when, and how many are in."""
    for slot in world.slots_of.get(definition.code, []):
        opens_on, as_of = definition.calendar.opens_on(slot["slot_start"]), world.edition.as_of
        if opens_on is None:
            continue
        came = int(slot["received"]) + int(slot["received_late"])
        is_over = slot["due_last"] is not None and as_of > slot["due_last"]
        words = window_words(opens_on, as_of, came, slot["asked"])
        words = words.replace("open", "closed", 1) if is_over else words
        yield f"Window of {slot['label']}", f"{_from_to(opens_on, slot['due_last'])}: {words}"


def _from_to(first: date | None, last: date | None) -> str:
    begins, ends = day_label(first) if first else "the beginning", day_label(last) if last else "further notice"
    return f"from {begins} to {ends}"


def _demands(definition: MandatoryReturn) -> Iterator[tuple[str, str]]:
    """What the law asks; from when to when, with its reference, where it has changed."""
    if len(definition.law) == 1:
        yield "What is asked", definition.law[0].demand
        return
    for law in definition.law:
        days = _from_to(law.effective_from, law.effective_to)
        yield f"What is asked {days}", f"{law.demand} ({law.gms}; {law.pms}; {law.guidance})"
