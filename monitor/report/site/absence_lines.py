"""Absences, one line an organisation and return: whom to contact, about what, since when. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.core.text import number as number_of
from monitor.report.site.cause_words import explained
from monitor.report.site.pages import Cell, Table, cause, link, named, number, text
from monitor.report.site.places import AREAS, area_page, organisation_page, period_page
from monitor.report.site.published_rows import Row

Column = tuple[str, Callable[[Row], Cell]]
UNITS = {"month": "month", "quarter": "quarter", "contract_year": "contract year", "request": "request"}

WHO: Column = ("Who", lambda row: link(
    named(row["organisation_name"], row["organisation_code"]), organisation_page(row["organisation_code"])
))  # fmt: skip
PCN: Column = ("PCN", lambda row: (
    link(row["pcn_name"] or row["pcn_code"], area_page("pcn", row["pcn_code"])) if row["pcn_code"] else Cell("")
))  # fmt: skip
LIST_SIZE: Column = ("List size", lambda row: number(row["list_size"]))
WHAT: Column = ("What", lambda row: link(row["return_title"], period_page(row["return_code"], row["slot_start"])))
SINCE: Column = ("Not received since", lambda row: Cell(
    row["first_label"] + (f" ({row['request_id']})" if row["request_id"] else ""), row["first_period_start"].isoformat()
))  # fmt: skip
LENGTH: Column = ("For", lambda row: Cell(
    number_of(row["periods"], UNITS.get(row["period_kind"], "period")), f"{row['periods']:03}"
))  # fmt: skip
LAST: Column = ("Last received", lambda row: text(row["last_received_label"] or "none before"))
CAUSE: Column = ("Likely cause", lambda row: cause(row["cause"]))
SUPPLIER: Column = ("Supplier", lambda row: text(row["supplier"]))
ASK: Column = ("What to do next", lambda row: text(row["action"]))
CONTACT: Column = ("Contact", lambda row: text(row["contact"]))


def to_contact(rows: Sequence[Row], caption: str, more: str, with_contacts: bool) -> Table:
    """Of the overview: whom to contact first."""
    columns = (WHO, PCN, LIST_SIZE, WHAT, SINCE, LENGTH, CAUSE)
    return _table(rows, (*columns, CONTACT) if with_contacts else columns, caption, more, AREAS)


def of_area(rows: Sequence[Row]) -> Table:
    """Of an area."""
    total = rows[0]["area_absences"]
    more = f"These are the longest. All {total:,} are in the view absence." if total > len(rows) else ""
    return _table(rows, (WHO, WHAT, SINCE, LENGTH, LAST, CAUSE, SUPPLIER), "Outstanding, the longest first", more)


def of_organisation(rows: Sequence[Row]) -> Table:
    """Of one organisation, with what to ask it."""
    return _table(rows, (WHAT, SINCE, LENGTH, LAST, CAUSE, ASK), "Outstanding, the longest first", "")


def _table(rows: Sequence[Row], columns: Sequence[Column], caption: str, more: str, more_page: str = "") -> Table:
    cells = [[make(row) for _, make in columns] for row in rows]
    kept = [place for place in range(len(columns)) if any(row[place].text for row in cells)]
    asked = {} if ASK in columns else {row["cause"]: row["action"] for row in rows}
    return Table(
        caption,
        tuple(columns[place][0] for place in kept),
        [[row[place] for place in kept] for row in cells],
        can_be_sorted=len(cells) > 1,
        more=more,
        more_page=more_page,
        notes=explained((row["cause"] for row in rows), asked),
    )
