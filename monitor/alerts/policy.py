"""Who is notified of what, and why. Pure: items, routes, what was sent before and silences in; notifications out.

An item is sent because it differs from what its recipient was last notified of, not because a run happened. So a run
that was cut short, a silence that ended or a recipient who was added later needs no special case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.vocabulary import DUE_SOON

NEW, CHANGED, REMINDER, RESOLVED = "new", "changed", "reminder", "resolved"
REASONS = (NEW, CHANGED, REMINDER, RESOLVED)  # the weightiest first

# ICB, sub-ICB, PCN. Of ICBs all that stand for the organisation: the one of now, of then, and one that was merged.
Place = str | frozenset[str] | None
Area = tuple[Place, Place, Place]


@dataclass(frozen=True)
class Item:
    """Something that can be in a message: a finding, or returns that fall due soon.

    areas: of the organisations for which it stands; empty where it stands for all (a check that could not run).
    """

    item_id: str
    kind: str
    return_code: str
    severity: str
    cause: str | None = None
    organisation_code: str | None = None
    supplier_key: str | None = None
    is_over: bool = False
    areas: frozenset[Area] = frozenset()


@dataclass(frozen=True)
class LastNotification:
    """What a recipient was last notified of about an item."""

    reason: str
    severity: str
    cause: str | None
    notified_on: date


@dataclass(frozen=True)
class Route:
    """Recipients, and the items that they are notified of; an empty filter holds for everything."""

    recipients: tuple[str, ...]
    icbs: frozenset[str] = frozenset()
    sub_icbs: frozenset[str] = frozenset()
    pcns: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def is_by_area(self) -> bool:
        """Whether it items where the organisations are."""
        return bool(self.icbs or self.sub_icbs or self.pcns)

    def takes(self, item: Item) -> bool:
        """Whether this route's recipients are notified of the item."""
        if (self.returns and item.return_code not in self.returns) or (self.kinds and item.kind not in self.kinds):
            return False
        if not item.areas or not self.is_by_area:
            return True
        by_area = (self.icbs, self.sub_icbs, self.pcns)
        return any(
            all(not wanted or _is_one_of(place, wanted) for wanted, place in zip(by_area, area, strict=True))
            for area in item.areas
        )


@dataclass(frozen=True)
class Silence:
    """Nobody is notified of what it is about before `until_at`; each criterion that is given must hold."""

    until_at: datetime
    item_id: str | None = None
    kind: str | None = None
    return_code: str | None = None
    supplier_key: str | None = None
    organisation_code: str | None = None
    area_code: str | None = None

    def covers(self, item: Item, now: datetime) -> bool:
        """Whether nobody is to be notified of the item now."""
        if now >= self.until_at:
            return False
        criteria = ("item_id", "kind", "return_code", "supplier_key", "organisation_code")
        if any(getattr(self, name) not in (None, getattr(item, name)) for name in criteria):
            return False
        # A gap that reaches beyond the area is not the area's to silence.
        if self.area_code is None:
            return True
        silenced = frozenset({self.area_code})
        return bool(item.areas) and all(any(_is_one_of(place, silenced) for place in area) for area in item.areas)


def _is_one_of(place: Place, codes: frozenset[str]) -> bool:
    return bool(place & codes) if isinstance(place, frozenset) else place in codes


@dataclass(frozen=True)
class Reminders:
    """After how many days an open finding is sent again, by severity; a severity that is left out is not.

    everything_open: all of them now, whatever the severity, but what was sent on the same day.
    """

    after_days: Mapping[str, int]
    everything_open: bool = False

    def after(self, severity: str) -> int | None:
        """After how many days a finding of this severity is sent again; None: it is not."""
        return 1 if self.everything_open else self.after_days.get(severity)


@dataclass(frozen=True)
class Notification:
    """An item, and why it is sent now."""

    item: Item
    reason: str


@dataclass(frozen=True)
class Addressed:
    """One message to be written: the same notifications for all its recipients."""

    recipients: tuple[str, ...]
    notifications: tuple[Notification, ...]
    still_open: tuple[Item, ...]
    routes: tuple[Route, ...]

    @property
    def reason(self) -> str:
        """The weightiest of its reasons."""
        return min((notification.reason for notification in self.notifications), key=REASONS.index)


@dataclass(frozen=True)
class Decision:
    """What is to be sent, and the open findings that no route takes."""

    messages: tuple[Addressed, ...]
    unrouted: tuple[Item, ...]


@dataclass(frozen=True)
class State:
    """All that a decision rests on. notified: by recipient and item, what the recipient was last notified of."""

    items: Sequence[Item]
    notified: Mapping[tuple[str, str], LastNotification]
    silences: Sequence[Silence] = ()
    acknowledged: Collection[str] = ()
    reminders: Reminders = Reminders({})


def decide(state: State, routes: Sequence[Route], default: Route | None, as_of: date, now: datetime) -> Decision:
    """What to tell whom. default: gets the open findings that no other route takes."""
    routed, unrouted = _routed(state.items, routes, default)
    silenced = {m.item_id for m in state.items if any(silence.covers(m, now) for silence in state.silences)}
    messages: dict[tuple, list[str]] = {}
    for recipient, (its_routes, its_matters) in routed.items():
        notifications, still_open = [], []
        for item in its_matters:
            if item.item_id in silenced:
                continue
            reason = _reason(item, state, recipient, as_of)
            if reason:
                notifications.append(Notification(item, reason))
            elif not item.is_over and item.kind != DUE_SOON:
                still_open.append(item)
        if notifications:
            messages.setdefault((tuple(notifications), tuple(still_open), its_routes), []).append(recipient)
    return Decision(tuple(Addressed(tuple(to), *content) for content, to in messages.items()), tuple(unrouted))


def _reason(item: Item, state: State, recipient: str, as_of: date) -> str | None:
    """Why the recipient is to be notified of the item now; None where there is nothing to tell."""
    notified = state.notified.get((recipient, item.item_id))
    if item.is_over:
        return RESOLVED if notified and notified.reason != RESOLVED else None
    if item.kind == DUE_SOON:
        return None if notified else REMINDER
    if notified is None or notified.reason == RESOLVED:
        return NEW
    if (notified.severity, notified.cause) != (item.severity, item.cause):
        return CHANGED
    days = state.reminders.after(item.severity)
    if days and item.item_id not in state.acknowledged and as_of - notified.notified_on >= timedelta(days=days):
        return REMINDER
    return None


def _routed(
    items: Iterable[Item], routes: Sequence[Route], default: Route | None
) -> tuple[dict[str, tuple[tuple[Route, ...], list[Item]]], list[Item]]:
    """By recipient: the routes that lead to it and the items that they bring, each once; and what no route takes."""
    every = [*routes, *([default] if default else [])]
    brought: dict[str, tuple[tuple[Route, ...], list[Item]]] = {
        recipient: (tuple(route for route in every if recipient in route.recipients), [])
        for route in every
        for recipient in route.recipients
    }
    unrouted = []
    for item in items:
        takers = [route for route in routes if route.takes(item)]
        if not takers and default:
            takers = [default]
        if not takers and not item.is_over and item.kind != DUE_SOON:
            unrouted.append(item)
        # What is over goes to those who was notified of it, wherever its organisations are now.
        to = brought if item.is_over else {recipient for route in takers for recipient in route.recipients}
        for recipient in brought:
            if recipient in to:
                brought[recipient][1].append(item)
    return brought, unrouted
