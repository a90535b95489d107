"""Lists of returns that were not received or rejected: who, why, since when. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.report.site.cause_words import explained
from monitor.report.site.pages import Cell, Table, cause, day, link, named, overdue, tag, text
from monitor.report.site.places import area_page, organisation_page, period_page
from monitor.report.site.published_rows import Row

Column = tuple[str, Callable[[Row], Cell]]

WHO: Column = ("Organisation", lambda row: link(
    named(row["organisation_name"], row["organisation_code"]), organisation_page(row["organisation_code"])
))  # fmt: skip
STATUS: Column = ("Status", lambda row: tag(row["status"]))
CAUSE: Column = ("Likely cause", lambda row: cause(row["cause"]))
DUE: Column = ("Due on", lambda row: day(row["due_on"], "no due date"))
OVERDUE: Column = ("Days overdue", overdue)
LAST: Column = ("Last received", lambda row: text(row["last_received_label"] or "none before"))
SUPPLIER: Column = ("Supplier", lambda row: text(row["supplier"]))
REQUEST: Column = ("Request", lambda row: text(row["request_id"]))
SUB_ICB: Column = ("Sub-ICB", lambda row: _area("sub-icb", row["sub_icb_code"]))
PCN: Column = ("PCN", lambda row: _area("pcn", row["pcn_code"]))

OF_PERIOD = (WHO, STATUS, CAUSE, DUE, OVERDUE, LAST, SUPPLIER, SUB_ICB, PCN, REQUEST)


def of_period(rows: Sequence[Row], caption: str, more: str = "", more_page: str = "") -> Table:
    """Those of one return and period."""
    return _table(rows, OF_PERIOD, caption, more, more_page)


def of_area(rows: Sequence[Row], titles: dict[str, str], caption: str, more: str) -> Table:
    """Those of one area, of several returns and periods."""
    period: Column = ("Return and period", lambda row: link(
        f"{titles[row['return_code']]}, {row['period_label']}", period_page(row["return_code"], row["slot_start"])
    ))  # fmt: skip
    return _table(rows, (WHO, period, STATUS, CAUSE, DUE, OVERDUE, LAST, SUPPLIER, REQUEST), caption, more)


def _table(rows: Sequence[Row], columns: Sequence[Column], caption: str, more: str = "", more_page: str = "") -> Table:
    cells = [[make(row) for _, make in columns] for row in rows]
    filled = [place for place in range(len(columns)) if not rows or any(row[place].text for row in cells)]
    return Table(
        caption,
        tuple(columns[place][0] for place in filled),
        [[row[place] for place in filled] for row in cells],
        can_be_sorted=True,
        more=more,
        more_page=more_page,
        notes=explained(row["cause"] for row in rows),
    )


def _area(kind: str, code: str | None) -> Cell:
    return link(code, area_page(kind, code)) if code else Cell("")
