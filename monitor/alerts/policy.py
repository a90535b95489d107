"""Who is notified of what, and why. Pure: items, routes, what was sent before and silences in; notifications out.

An item is sent because it differs from what its recipient was last notified of, not because a run happened. So a run
that was cut short, a silence that ended or a recipient who was added later needs no special case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.core.vocabulary import DUE_SOON, Audience, FindingKind

NEW, LONGER, CHANGED, REMINDER, RESOLVED = "new", "longer", "changed", "reminder", "resolved"
REASONS = (NEW, LONGER, CHANGED, REMINDER, RESOLVED)  # the weightiest first

# After how many periods something that lasts is notified again. What one organisation has not sent, and a source that
# is not loaded, last; every other finding is about one period.
LADDER = (2, 3, 6, 12)
LASTING = (FindingKind.MISSING_RETURN, FindingKind.SOURCE_NOT_LOADED)
ONE_DAY = timedelta(days=1)

# ICB, sub-ICB, PCN. Of ICBs all that stand for the organisation: the one of now, of then, and one that was merged.
Place = str | frozenset[str] | None
Area = tuple[Place, Place, Place]


@dataclass(frozen=True)
class Item:
    """Something that can be in a message: a finding, or returns that fall due soon.

    areas: of the organisations for which it stands; empty where it stands for all (a check that could not run).
    areas of rows that could not be read: one of nowhere, (None, None, None), where it is not known whose a row is.
    periods: how many it stands for so far; of rows that could not be read, how many leave a return not known.
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
    periods: int = 1

    @property
    def is_of_nobody_known(self) -> bool:
        """Whether it is about rows that could not be read, and of some of them it is not known whose they are."""
        return self.kind == FindingKind.ROW_REJECTED and not (self.areas and all(any(area) for area in self.areas))


@dataclass(frozen=True)
class LastNotification:
    """What a recipient was last notified of about an item.

    notified_on:  the day whose check it was about
    delivered_at: None while it is still on its way
    periods:      the most of which any notification about the item spoke
    """

    reason: str
    severity: str
    cause: str | None
    notified_on: date
    delivered_at: datetime | None = None
    periods: int = 1


@dataclass(frozen=True)
class Route:
    """Recipients, and the items that they are notified of; an empty filter holds for everything.

    audience: which of the two letters they get
    show_contacts: whether it names whom to ask
    """

    recipients: tuple[str, ...]
    icbs: frozenset[str] = frozenset()
    sub_icbs: frozenset[str] = frozenset()
    pcns: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    audience: str = Audience.DATA_TEAM
    show_contacts: bool = False

    @property
    def is_by_area(self) -> bool:
        """Whether it asks where the organisations are."""
        return bool(self.icbs or self.sub_icbs or self.pcns)

    def takes(self, item: Item) -> bool:
        """Whether this route's recipients are notified of the item; of a missing part only those who ask for it.

        A row that could not be read, of nobody knows whom, is no area's: see `takers`.
        """
        if not self.asks_for(item):
            return False
        if not self.is_by_area:
            return True
        if not item.areas:
            return item.kind != FindingKind.ROW_REJECTED
        by_area = (self.icbs, self.sub_icbs, self.pcns)
        return any(
            all(not wanted or _is_one_of(place, wanted) for wanted, place in zip(by_area, area, strict=True))
            for area in item.areas
        )

    def asks_for(self, item: Item) -> bool:
        """Whether the item is of a return and a kind that this route takes, wherever its organisations are."""
        if item.kind == FindingKind.PARTS_MISSING and item.kind not in self.kinds:
            return False
        return not (
            (self.returns and item.return_code not in self.returns) or (self.kinds and item.kind not in self.kinds)
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

    longer_at: after how many periods what lasts is sent again.
    """

    after_days: Mapping[str, int]
    longer_at: Sequence[int] = LADDER

    def after(self, severity: str) -> int | None:
        """After how many days a finding of this severity is sent again; None: it is not."""
        return self.after_days.get(severity)

    def step(self, periods: int) -> int:
        """Which step of the ladder so many periods have reached; 0: none yet."""
        return sum(periods >= at for at in self.longer_at)


@dataclass(frozen=True)
class Summary:
    """What a weekly summary says beside what is news: of which days, and what its reader was notified of in them.

    since_on: the day of the reader's last summary; of the first one, seven days before.
    changes:  how many notifications there were since then, by reason.
    """

    since_on: date
    until_on: date
    changes: tuple[tuple[str, int], ...] = ()


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
    summary: Summary | None = None

    @property
    def said(self) -> tuple[Notification, ...]:
        """All that it says of single items; a summary counts what is still open, too."""
        counted = self.still_open if self.summary else ()
        return (*self.notifications, *(Notification(item, REMINDER) for item in counted))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Its items, each with the reason for which it is sent."""
        return [(one.item.item_id, one.reason) for one in self.notifications]

    @property
    def reason(self) -> str:
        """The weightiest of its reasons."""
        return min((notification.reason for notification in self.notifications), key=REASONS.index, default=REMINDER)


@dataclass(frozen=True)
class Decision:
    """What is to be sent, and the open findings that no route takes."""

    messages: tuple[Addressed, ...]
    unrouted: tuple[Item, ...]


@dataclass(frozen=True)
class State:
    """All that a decision rests on.

    notified:  by recipient and item, what the recipient was last notified of
    summaries: by recipient, the summary that it is to get now
    """

    items: Sequence[Item]
    notified: Mapping[tuple[str, str], LastNotification]
    silences: Sequence[Silence] = ()
    acknowledged: Collection[str] = ()
    reminders: Reminders = Reminders({})
    summaries: Mapping[str, Summary] = field(default_factory=dict)


def decide(state: State, routes: Sequence[Route], default: Route | None, as_of: date, now: datetime) -> Decision:
    """What to send to whom. default: gets the open findings that no other route takes."""
    routed, unrouted = _routed(state.items, routes, default)
    silenced = {m.item_id for m in state.items if any(silence.covers(m, now) for silence in state.silences)}
    messages: dict[tuple, list[str]] = {}
    for recipient, (its_routes, its_items) in routed.items():
        notifications, still_open = [], []
        for item in its_items:
            if item.item_id in silenced:
                continue
            reason = _reason(item, state, recipient, as_of, now)
            if reason:
                notifications.append(Notification(item, reason))
            elif is_still_open(item):
                still_open.append(item)
        summary = state.summaries.get(recipient)
        if notifications or (summary and still_open):
            content = (tuple(notifications), tuple(still_open), its_routes, summary)
            messages.setdefault(content, []).append(recipient)
    return Decision(tuple(Addressed(tuple(to), *content) for content, to in messages.items()), tuple(unrouted))


def is_still_open(item: Item) -> bool:
    """Whether a message counts it among what is still open: what came late, and what is yet to come, is not."""
    return not item.is_over and item.kind not in (DUE_SOON, FindingKind.LATE_RETURN)


def _reason(item: Item, state: State, recipient: str, as_of: date, now: datetime) -> str | None:
    """Why the recipient is to be notified of the item now; None where there is nothing to say."""
    notified = state.notified.get((recipient, item.item_id))
    if item.kind == FindingKind.LATE_RETURN:  # it has arrived: there is nothing to come of it
        return None if notified or item.is_over else NEW
    if item.is_over:
        if item.kind == FindingKind.ROW_REJECTED:  # who corrected it knows; what it held in doubt is said by itself
            return None
        return RESOLVED if notified and notified.reason != RESOLVED else None
    if item.kind == DUE_SOON:
        return None if notified else REMINDER
    if notified is None or notified.reason == RESOLVED:
        return NEW
    step = state.reminders.step
    if item.kind in LASTING and step(item.periods) > step(notified.periods):
        return LONGER
    if (notified.severity, notified.cause) != (item.severity, item.cause):
        return CHANGED
    if item.kind == FindingKind.ROW_REJECTED and item.periods > notified.periods:
        return CHANGED
    days = state.reminders.after(item.severity)
    if days and item.item_id not in state.acknowledged and _is_long_ago(notified, days, as_of, now):
        return REMINDER
    return None


def _is_long_ago(notified: LastNotification, days: int, as_of: date, now: datetime) -> bool:
    """Whether so many days have passed. What is still on its way, or arrived less than a day ago, is not sent again."""
    return (
        as_of - notified.notified_on >= timedelta(days=days)
        and notified.delivered_at is not None
        and now - notified.delivered_at >= ONE_DAY
    )


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
        takers = _takers(item, routes, default)
        if not takers and not item.is_over and item.kind not in (DUE_SOON, FindingKind.PARTS_MISSING):
            unrouted.append(item)
        # What is over goes to those who were notified of it, wherever its organisations are now.
        to = brought if item.is_over else {recipient for route in takers for recipient in route.recipients}
        for recipient in brought:
            if recipient in to:
                brought[recipient][1].append(item)
    return brought, unrouted


def _takers(item: Item, routes: Sequence[Route], default: Route | None) -> list[Route]:
    """The routes that bring an item to their recipients.

    Rows of nobody knows whom are for those who look after every area; only where there are none, for each area.
    """
    takers = [route for route in routes if route.takes(item)]
    if item.is_of_nobody_known and all(route.is_by_area for route in takers):
        return [*takers, default] if default else [route for route in routes if route.asks_for(item)]
    if not takers and default and item.kind != FindingKind.PARTS_MISSING:
        return [default]
    return takers
