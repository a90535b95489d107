"""What many pages need at once: the returns, their periods, the areas and their names. Read once, small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from monitor.report.site.pages import Link, short
from monitor.report.site.phases import Phases
from monitor.report.site.places import area_page
from monitor.report.site.published_rows import Edition, Row
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import day_label

AREA_KINDS = {"icb": "ICB", "sub-icb": "Sub-ICB", "pcn": "PCN"}
COLUMN_OF_AREA = {"icb": "icb_now", "sub-icb": "sub_icb_code", "pcn": "pcn_code"}


@dataclass(frozen=True)
class World:
    """Rows of the queries in sql/ that the fields are named by (slots sorted); the files of the returns.

    suppliers: of the returns whose pages are made.
    """

    edition: Edition
    returns: Sequence[Row]
    slots: Sequence[Row]
    gaps: Sequence[Row]
    areas: Sequence[Row]
    definitions: Mapping[str, MandatoryReturn]
    phases: Phases = field(default_factory=Phases)
    short_feeds: Sequence[Row] = ()
    completeness: Sequence[Row] = ()
    notices: Sequence[Row] = ()
    suppliers: Sequence[Row] = ()
    rates: Sequence[Row] = ()
    unread: Mapping[str, Sequence[Row]] = field(default_factory=dict)  # rows that could not be read, by organisation

    @property
    def counted_to(self) -> str:
        """The day of the edition, in words."""
        return day_label(self.edition.as_of)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The name of each return, by code."""
        return {row["return_code"]: row["return_title"] for row in self.returns}

    @cached_property
    def slots_of(self) -> dict[str, list[Row]]:
        """The periods of each return that somebody owes, the earliest first."""
        by_return = itemgetter("return_code")
        return {code: list(rows) for code, rows in groupby(self.slots, by_return)}

    @cached_property
    def rates_of(self) -> dict[str, list[Row]]:
        """The reporting rate of each return as a whole, period by period, the earliest first; none of events."""
        by_return = itemgetter("return_code")
        return {code: list(rows) for code, rows in groupby(self.rates, by_return)}

    def rate_of(self, return_code: str, slot_start: date) -> Row | None:
        """That of one period; None where nobody is expected to send it."""
        rates = self.rates_of.get(return_code, [])
        return next((one for one in rates if one["slot_start"] == slot_start), None)

    @cached_property
    def suppliers_of(self) -> dict[tuple[str, date], list[Row]]:
        by_slot = itemgetter("return_code", "slot_start")
        return {slot: list(rows) for slot, rows in groupby(self.suppliers, by_slot)}

    @cached_property
    def _completeness(self) -> dict[str, list[Row]]:
        return {code: list(rows) for code, rows in groupby(self.completeness, itemgetter("area_code"))}

    def completeness_of(self, kind: str, code: str) -> list[Row]:
        """The control charts of an ICB; none of other areas."""
        return self._completeness.get(code, []) if kind == "icb" else []

    @cached_property
    def area(self) -> dict[tuple[str, str], Row]:
        return {(row["area_kind"], row["area_code"]): row for row in self.areas}

    def latest_due(self, return_code: str) -> Row | None:
        """The latest period of which somebody's due date is past; else the latest; None where there is none."""
        slots = self.slots_of.get(return_code, [])
        latest = [slot for slot in slots if slot["is_due"]] or slots
        return latest[-1] if latest else None

    def area_name(self, kind: str, code: str) -> str:
        """Kind, code and name, as far as known."""
        row = self.area.get((kind, code))
        name = row["area_name"] if row else None
        return f"{AREA_KINDS[kind]} {short(code)}" + (f", {short(name)}" if name else "")

    def above(self, kind: str, code: str | None) -> list[Link]:
        """The areas around an area, and itself, the widest first."""
        if not code:
            return []
        kinds = list(AREA_KINDS)
        row = self.area.get((kind, code))
        around = kinds.index(kind) - 1
        wider = self.above(kinds[around], row["within_code"]) if row and around >= 0 else []
        return [*wider, Link(f"{AREA_KINDS[kind]} {short(code)}", area_page(kind, code))]


def missed_in(slot: Mapping[str, Any]) -> int:
    """How many of a period are not received or rejected."""
    return int(slot["not_received"]) + int(slot["rejected"])
