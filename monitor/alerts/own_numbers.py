"""The numbers of a reader's own area, of what reaches beyond it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.alerts.policy import Area, Item, Route
from monitor.alerts.wording import Facts

# By item: each organisation for which it stands, and where that is. A row that nobody can be named of has no code.
Places = Mapping[str, Sequence[tuple[str | None, Area]]]


def with_own_numbers(facts: Sequence[Facts], places: Places, routes: Sequence[Route]) -> Iterator[Facts]:
    """The facts; of what stands for many, how many of them are in an area of these routes."""
    for one in facts:
        of_one = one["item_id"] in places and not one["organisation_code"]
        yield {**one, "organisations": _of_own(one, places[one["item_id"]], routes)} if of_one else one


def _of_own(one: Facts, placed: Sequence[tuple[str | None, Area]], routes: Sequence[Route]) -> int:
    own = {code for code, area in placed if code and any(route.takes(_item(one, area)) for route in routes)}
    return len(own)


def _item(one: Facts, area: Area) -> Item:
    return Item(one["item_id"], one["kind"], one["return_code"] or "", one["severity"], areas=frozenset({area}))
