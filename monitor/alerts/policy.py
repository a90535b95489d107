"""Who is told what, and why. Pure: matters, routes, what was told before and silences in; tellings out.

A matter is told because it differs from what its recipient was told last, not because a run happened. So a run that
was cut short, a silence that ended or a recipient who was added later needs no special case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.vocabulary import DUE_SOON

NEW, CHANGED, REMINDER, RESOLVED = "new", "changed", "reminder", "resolved"
REASONS = (NEW, CHANGED, REMINDER, RESOLVED)  # the weightiest first

Area = tuple[str | None, str | None, str | None]  # ICB, sub-ICB, PCN


@dataclass(frozen=True)
class Matter:
    """Something that can be told: a finding, or returns that fall due soon.

    areas: of the organisations for which it stands; empty where it stands for all (a check that could not run).
    """

    matter_id: str
    kind: str
    return_code: str
    severity: str
    cause: str | None = None
    organisation_code: str | None = None
    supplier_key: str | None = None
    is_over: bool = False
    areas: frozenset[Area] = frozenset()


@dataclass(frozen=True)
class Told:
    """What a recipient was told last about a matter."""

    reason: str
    severity: str
    cause: str | None
    told_on: date


@dataclass(frozen=True)
class Route:
    """Recipients, and the matters that they are told of; an empty filter holds for everything."""

    recipients: tuple[str, ...]
    icbs: frozenset[str] = frozenset()
    sub_icbs: frozenset[str] = frozenset()
    pcns: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def is_by_area(self) -> bool:
        """Whether it matters where the organisations are."""
        return bool(self.icbs or self.sub_icbs or self.pcns)

    def takes(self, matter: Matter) -> bool:
        """Whether this route's recipients are told of the matter."""
        if (self.returns and matter.return_code not in self.returns) or (self.kinds and matter.kind not in self.kinds):
            return False
        if not matter.areas or not self.is_by_area:
            return True
        by_area = (self.icbs, self.sub_icbs, self.pcns)
        return any(
            all(not wanted or code in wanted for wanted, code in zip(by_area, area, strict=True))
            for area in matter.areas
        )


@dataclass(frozen=True)
class Silence:
    """Nobody is told of what it is about before `until_at`; each criterion that is given must hold."""

    until_at: datetime
    matter_id: str | None = None
    kind: str | None = None
    return_code: str | None = None
    supplier_key: str | None = None
    organisation_code: str | None = None
    area_code: str | None = None

    def covers(self, matter: Matter, now: datetime) -> bool:
        """Whether nobody is to be told of the matter now."""
        if now >= self.until_at:
            return False
        criteria = ("matter_id", "kind", "return_code", "supplier_key", "organisation_code")
        if any(getattr(self, name) not in (None, getattr(matter, name)) for name in criteria):
            return False
        # A gap that reaches beyond the area is not the area's to silence.
        return self.area_code is None or (bool(matter.areas) and all(self.area_code in area for area in matter.areas))


@dataclass(frozen=True)
class Reminders:
    """After how many days an open finding is told again, by severity; a severity that is left out is not.

    everything_open: all of them now, whatever the severity, but what was told on the same day.
    """

    after_days: Mapping[str, int]
    everything_open: bool = False

    def after(self, severity: str) -> int | None:
        """After how many days a finding of this severity is told again; None: it is not."""
        return 1 if self.everything_open else self.after_days.get(severity)


@dataclass(frozen=True)
class Telling:
    """A matter, and why it is told now."""

    matter: Matter
    reason: str


@dataclass(frozen=True)
class Addressed:
    """One message to be written: the same tellings for all its recipients."""

    recipients: tuple[str, ...]
    tellings: tuple[Telling, ...]
    goes_on: tuple[Matter, ...]
    routes: tuple[Route, ...]

    @property
    def reason(self) -> str:
        """The weightiest of its reasons."""
        return min((telling.reason for telling in self.tellings), key=REASONS.index)


@dataclass(frozen=True)
class Decision:
    """What is to be told, and the open findings that no route takes."""

    messages: tuple[Addressed, ...]
    unrouted: tuple[Matter, ...]


@dataclass(frozen=True)
class State:
    """All that a decision rests on. told: by recipient and matter, what the recipient was told last."""

    matters: Sequence[Matter]
    told: Mapping[tuple[str, str], Told]
    silences: Sequence[Silence] = ()
    acknowledged: Collection[str] = ()
    reminders: Reminders = Reminders({})


def decide(state: State, routes: Sequence[Route], default: Route | None, as_of: date, now: datetime) -> Decision:
    """What to tell whom. default: gets the open findings that no other route takes."""
    routed, unrouted = _routed(state.matters, routes, default)
    silenced = {m.matter_id for m in state.matters if any(silence.covers(m, now) for silence in state.silences)}
    messages: dict[tuple, list[str]] = {}
    for recipient, (its_routes, its_matters) in routed.items():
        tellings, goes_on = [], []
        for matter in its_matters:
            if matter.matter_id in silenced:
                continue
            reason = _reason(matter, state, recipient, as_of)
            if reason:
                tellings.append(Telling(matter, reason))
            elif not matter.is_over and matter.kind != DUE_SOON:
                goes_on.append(matter)
        if tellings:
            messages.setdefault((tuple(tellings), tuple(goes_on), its_routes), []).append(recipient)
    return Decision(tuple(Addressed(tuple(to), *content) for content, to in messages.items()), tuple(unrouted))


def _reason(matter: Matter, state: State, recipient: str, as_of: date) -> str | None:
    """Why the recipient is to be told of the matter now; None where there is nothing to tell."""
    told = state.told.get((recipient, matter.matter_id))
    if matter.is_over:
        return RESOLVED if told and told.reason != RESOLVED else None
    if matter.kind == DUE_SOON:
        return None if told else REMINDER
    if told is None or told.reason == RESOLVED:
        return NEW
    if (told.severity, told.cause) != (matter.severity, matter.cause):
        return CHANGED
    days = state.reminders.after(matter.severity)
    if days and matter.matter_id not in state.acknowledged and as_of - told.told_on >= timedelta(days=days):
        return REMINDER
    return None


def _routed(
    matters: Iterable[Matter], routes: Sequence[Route], default: Route | None
) -> tuple[dict[str, tuple[tuple[Route, ...], list[Matter]]], list[Matter]]:
    """By recipient: the routes that lead to it and the matters that they bring, each once; and what no route takes."""
    every = [*routes, *([default] if default else [])]
    brought: dict[str, tuple[tuple[Route, ...], list[Matter]]] = {
        recipient: (tuple(route for route in every if recipient in route.recipients), [])
        for route in every
        for recipient in route.recipients
    }
    unrouted = []
    for matter in matters:
        takers = [route for route in routes if route.takes(matter)]
        if not takers and default:
            takers = [default]
        if not takers and not matter.is_over and matter.kind != DUE_SOON:
            unrouted.append(matter)
        # What is over goes to whoever was told of it, wherever its organisations are now.
        to = brought if matter.is_over else {recipient for route in takers for recipient in route.recipients}
        for recipient in brought:
            if recipient in to:
                brought[recipient][1].append(matter)
    return brought, unrouted
