"""What one period of a return has to say, on its own page and on that of its return. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from monitor.core.text import number as number_of
from monitor.core.vocabulary import GAPS, Cause
from monitor.report.site import missed_lists
from monitor.report.site.pages import Cell, Table, instant, number, short, text
from monitor.report.site.places import period_page, rate_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import World, missed_in
from monitor.report.site.status_tags import OUTCOMES
from monitor.returns.periods import day_label


def of_slot(
    world: World, row: Row, slot: Row, rows: Sequence[Row], most: int, is_whole: bool = True
) -> dict[str, Any]:  # fmt: skip
    """What one period has to say: counts, gaps, suppliers, and who is missing."""
    code, missing = row["return_code"], missed_in(slot)
    own_page = period_page(code, slot["slot_start"])
    more = f"All {missing:,} are on the page of {slot['label']}" if len(rows) > most else ""
    caption = f"{row['return_title']}, {slot['label']}: not received from"
    return {
        "label": slot["label"], "page": own_page, "missed": missing, "not_known": slot["not_known"],
        "short": _short(world, code, slot),
        "summary": _slot_summary(slot), "counts": [(words, slot[name]) for name, words in OUTCOMES.items()],
        "due": _due_words(slot), "expected": slot["expected"],
        "gaps": list(_gap_lines(world, code, slot)) if is_whole else [],
        "suppliers": _supplier_table(world, row, slot) if is_whole else None,
        "rate_page": rate_page(code, slot["slot_start"]) if world.rate_of(code, slot["slot_start"]) else "",
        "missed_table": missed_lists.of_period(rows[:most], caption, more, own_page) if rows else None,
    }  # fmt: skip


def _slot_summary(slot: Row) -> str:
    came, late = slot["received"] + slot["received_late"], slot["received_late"]
    return (
        f"Of {number_of(slot['expected'], 'expected return')}, {came:,} received ({late:,} of them late), "
        f"{slot['not_received']:,} not received, {slot['rejected']:,} rejected, {slot['not_known']:,} not known, "
        f"{slot['other']:,} other (not required, or not due)."
    )


def _short(world: World, code: str, slot: Row) -> str:
    """Of what there is less than usual, where what is loaded looks cut short; what to do about it."""
    key = (code, slot["slot_start"])
    measured = [
        f"{one['found']:,} {one['measure']} are loaded, {one['usual']:,} would be usual"
        for one in world.short_feeds
        if (one["return_code"], one["period_start"]) == key
    ]
    if not measured:
        return ""
    return f"{'; '.join(measured)}. If this is all there is: monitor feeds release {code} {slot['slot_start']}"


def _due_words(slot: Row) -> str:
    if not slot["due_last"]:
        return "no due date"
    last = day_label(slot["due_last"])
    basis = f" (basis: {slot['due_basis']})" if slot["due_basis"] else ""
    return (last if slot["due_first"] == slot["due_last"] else f"{day_label(slot['due_first'])} to {last}") + basis


def _gap_lines(world: World, code: str, slot: Row) -> Iterator[Markup]:
    for gap in world.gaps:
        if (gap["return_code"], gap["period_start"]) != (code, slot["slot_start"]) or gap["kind"] not in (
            *GAPS,
        ):  # fmt: skip
            continue
        who = short(f"Supplier {gap['supplier']}" if gap["supplier"] else f"Area {gap['area_code']}")
        known = "; a known incident" if gap["cause"] == Cause.KNOWN_INCIDENT else ""
        since = f"first seen by the check of {instant(gap['opened_at'])}"
        due = f"due on {day_label(gap['due_on'])}, " if gap["due_on"] else ""
        yield Markup("<strong>{}</strong>: {} without it{}; {}{}").format(
            who, number_of(gap["organisations"], "organisation"), known, due, since
        )


def _supplier_table(world: World, row: Row, slot: Row) -> Table | None:
    suppliers = world.suppliers_of.get((row["return_code"], slot["slot_start"]), [])
    if not suppliers or row["supplier_kind"] == "none":
        return None
    rows = [
        [
            text(one["supplier"]), number(one["organisations"]), number(one["received"]), number(one["missed"]),
            _percent(one["missed"] / one["organisations"]),
        ]
        for one in suppliers
    ]  # fmt: skip
    columns = ("Supplier", "Expected to send", "Received", "Not received or rejected", "Share")
    return Table(f"By {row['supplier_kind']} supplier, {slot['label']}", columns, rows, can_be_sorted=True)


def _percent(share: float) -> Cell:
    return Cell(f"{share:.0%}", f"{share:.4f}", is_number=True)
