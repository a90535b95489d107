"""What a message says, before it is text or HTML: pure, from the facts of its matters. Both parts are made from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.alerts.policy import CHANGED, DUE_SOON, NEW, REMINDER, RESOLVED, Matter, Route
from monitor.output import on_one_line
from monitor.returns.periods import day_and_weekday, day_label

Facts = Mapping[str, Any]

GAPS = ("supplier_gap", "area_gap")
NOT_KNOWN = ("source_not_loaded", "source_incomplete", "suppressed")
SINGLE = ("missing_return", "unexpected_row")
ONLY_COUNTED = ("late_return",)

HEADINGS = {
    NEW: "New",
    CHANGED: "Changed: another likely cause, or another severity",
    REMINDER: "Still open: a reminder",
    RESOLVED: "Over",
}
WORDS_OF_CAUSE = {
    "known_incident": "known incident",
    "supplier_wide": "most organisations of the same supplier are without it",
    "area_wide": "most organisations of the same area are without it",
    "rejected_at_source": "sent, and rejected where it arrived",
    "supplier_changed": "the supplier changed about then",
    "not_participating": "does not take part in the collection, as far as is known",
    "stopped": "the three before were received",
    "never_received": "none of three or more before was received",
    "unexplained": "none that we know of",
    "source_not_loaded": "no file about it was loaded",
    "source_incomplete": "only a part of what was published was loaded",
    "suppressed": "what was published cannot tell",
    "could_not_check": "the check could not be run",
}
WORDS_OF_REASON = {
    "false_alarm": "false alarm",
    "agreed_extension": "agreed extension",
    "organisation_closed": "organisation closed",
    "received_elsewhere": "evidence received elsewhere",
    "other": "other reason",
}
LONGEST_NAME = 120
LONGEST_SUBJECT = 160
LONGEST_FILTERS = 300


@dataclass(frozen=True)
class Line:
    """One row of the table: a finding."""

    who: str
    what: str
    due: str
    overdue: str
    last_attempt: str
    cause: str
    regulation: str
    reference: str


@dataclass(frozen=True)
class Group:
    """Findings of one kind and return. left_out: how many of them the message has no room for."""

    title: str
    lines: tuple[Line, ...]
    left_out: int


@dataclass(frozen=True)
class Section:
    """Findings told for one reason. of_cause: what the cause of each of them is called."""

    title: str
    groups: tuple[Group, ...]
    of_cause: str = "Likely cause"


@dataclass(frozen=True)
class Letter:
    """A whole message. received_until: up to when files had been loaded, in words."""

    subject: str
    to_do: tuple[str, ...]
    as_of: str
    received_until: str
    sections: tuple[Section, ...]
    goes_on: tuple[str, ...]
    why: tuple[str, ...]
    attached: bool


@dataclass(frozen=True)
class Sender:
    """What the reader of a message must know about where it comes from."""

    received_until: str
    titles: Mapping[str, str]  # of the returns, by code


def letter(
    facts: Sequence[Facts], goes_on: Iterable[Matter], routes: Sequence[Route], as_of: date, sender: Sender,
    most_lines: int,
) -> Letter:  # fmt: skip
    """The message that tells of these facts, with at most so many rows in each group."""
    by_reason = {reason: [one for one in facts if one["reason"] == reason] for reason in HEADINGS}
    return Letter(
        subject=_subject(by_reason),
        to_do=tuple(_to_do(facts)),
        as_of=day_label(as_of),
        received_until=sender.received_until,
        sections=tuple(
            Section(
                f"{HEADINGS[reason]} ({len(told):,})",
                tuple(_groups(told, as_of, most_lines)),
                "What became of it" if reason == RESOLVED else "Likely cause",
            )
            for reason, told in by_reason.items()
            if told
        ),
        goes_on=tuple(_goes_on(goes_on, sender.titles)),
        why=tuple(_why(route) for route in routes),
        attached=any(one["kind"] != DUE_SOON for one in facts),
    )


def _subject(by_reason: Mapping[str, Sequence[Facts]]) -> str:
    words = {NEW: "new", CHANGED: "changed", REMINDER: "reminders", RESOLVED: "over"}
    counts = [f"{len(told):,} {words[reason]}" for reason, told in by_reason.items() if told]
    open_ones = [one for reason, told in by_reason.items() if reason != RESOLVED for one in told]
    worst = f". First: {_worst(open_ones)}" if open_ones else ""
    return _short(f"Data returns: {', '.join(counts)}{worst}", LONGEST_SUBJECT)


def _worst(told: Sequence[Facts]) -> str:
    """The finding to look at first: the gravest, then the one that stands for most."""
    order = ("could_not_check", *GAPS, *SINGLE, *NOT_KNOWN, *ONLY_COUNTED, DUE_SOON)
    severities = ("critical", "warning", "info")
    one = min(
        told,
        key=lambda one: (severities.index(one["severity"]), order.index(one["kind"]), -(one["organisations"] or 0)),
    )
    if one["kind"] in NOT_KNOWN:
        return f"{_what(one)}, not known for {_number(one['organisations'] or 0, 'organisation')}"
    return f"{_who(one)}, {_what(one)}"


def _to_do(told: Sequence[Facts]) -> Iterator[str]:
    """What to do, the most useful first."""
    now = [one for one in told if one["reason"] != RESOLVED]
    unchecked = sorted({_title(one) for one in now if one["kind"] == "could_not_check"})
    if unchecked:
        yield f"Run `monitor doctor`: the check of {_listed(unchecked)} could not be run."
    incidents = [one for one in now if one["kind"] in GAPS and one["cause"] == "known_incident"]
    gaps = [one for one in now if one["kind"] in GAPS and one not in incidents]
    if gaps:
        whose = _listed(_most_common((_gap_name(one), one["organisations"]) for one in gaps))
        returns = sum(one["organisations"] for one in gaps)
        yield (
            f"Ask {whose} first: {_number(returns, 'return')} not received {_are(returns)} most likely explained by "
            "the supplier or the area, so there is no need to ask each organisation."
        )
    if incidents:
        returns = sum(one["organisations"] for one in incidents)
        yield f"Nothing new to ask about {_number(returns, 'return')} that a known incident explains."
    single = [one for one in now if one["kind"] in SINGLE]
    if single:
        organisations = len({one["organisation_code"] for one in single})
        yield (
            f"{'Then look' if gaps else 'Look'} at {_number(len(single), 'return')} not received from "
            f"{_number(organisations, 'organisation')} on {'its' if organisations == 1 else 'their'} own, listed below."
        )
    unknown = sorted({_title(one) for one in now if one["kind"] in NOT_KNOWN})
    if unknown:
        yield f"Load what is missing about {_listed(unknown)}: until then nobody can say who sent it."
    if any(one["kind"] == DUE_SOON for one in now):
        yield "Some returns fall due soon; they are listed below."
    if not now or all(one["kind"] in ONLY_COUNTED for one in now):
        yield "Nothing to do: this is for your information."


def _groups(told: Sequence[Facts], as_of: date, most_lines: int) -> Iterator[Group]:
    """Supplier and area gaps first, then each return by itself, then what could not be known."""
    by_title: dict[tuple[int, str], list[Facts]] = defaultdict(list)
    for one in told:
        by_title[_group_of(one)].append(one)
    for (_, title), members in sorted(by_title.items(), key=lambda item: item[0]):
        if members[0]["kind"] in GAPS:
            members = sorted(members, key=_widest_first)
        shown = [] if members[0]["kind"] in ONLY_COUNTED else members[:most_lines]
        organisations = {one["organisation_code"] for one in members if one["organisation_code"]}
        from_whom = f" from {_number(len(organisations), 'organisation')}" if organisations else ""
        yield Group(
            f"{title}: {len(members):,}{from_whom}",
            tuple(_line(one, as_of) for one in shown),
            len(members) - len(shown),
        )


def _widest_first(gap: Facts) -> tuple[bool, int]:
    """Known incidents last: there is nothing new to ask about them."""
    return gap["cause"] == "known_incident", -gap["organisations"]


def _group_of(one: Facts) -> tuple[int, str]:
    kind = one["kind"]
    if kind in GAPS:
        return 0, "Gaps of a supplier or an area, one row each"
    if kind == "could_not_check":
        return 1, "Could not be checked"
    if kind in NOT_KNOWN:
        return 3, "Not known"
    if kind == "late_return":
        return 4, f"{_title(one)}, received late"
    if kind == DUE_SOON:
        return 5, "Falls due soon"
    return 2, _title(one)


def _line(one: Facts, as_of: date) -> Line:
    is_over = one["reason"] == RESOLVED
    days = (as_of - one["due_on"]).days if one["due_on"] else 0
    return Line(
        who=_who(one),
        what=_what(one),
        due=day_and_weekday(one["due_on"]) if one["due_on"] else "no due date",
        overdue="" if is_over or days <= 0 else f"{days:,}",
        last_attempt=_last_attempt(one),
        cause=_over(one) if is_over else WORDS_OF_CAUSE.get(one["cause"] or "", one["cause"] or ""),
        regulation=_regulation(one),
        reference="" if one["kind"] == DUE_SOON else one["matter_id"],
    )


def _who(one: Facts) -> str:
    organisations = _number(one["organisations"] or 0, "organisation")
    if one["kind"] in GAPS:
        return f"{_gap_name(one)}, {organisations}"
    if not one["organisation_code"]:
        return organisations
    name = _short(one["organisation_name"] or "", LONGEST_NAME)
    place = _short(one["pcn_name"] or one["pcn_code"] or one["sub_icb_code"] or "", LONGEST_NAME)
    who = f"{name} ({one['organisation_code']})" if name else one["organisation_code"]
    return f"{who}, {place}" if place and place != name else who


def _gap_name(one: Facts) -> str:
    return _short(one["supplier"], LONGEST_NAME) if one["supplier"] else f"area {one['area_code']}"


def _what(one: Facts) -> str:
    label = one["period_label"] or (f"asked for on {day_label(one['period_start'])}" if one["period_start"] else "")
    return f"{_title(one)}, {label}" if label else _title(one)


def _title(one: Facts) -> str:
    return _short(one["return_title"] or one["return_code"], LONGEST_NAME)


def _last_attempt(one: Facts) -> str:
    if one["kind"] not in SINGLE:
        return ""
    if not one["last_attempt_on"]:
        return "none known to us"
    return f"{day_label(one['last_attempt_on'])}, {one['last_outcome']}"


def _over(one: Facts) -> str:
    if one["by_hand_reason"]:
        return _short(f"closed by {one['by_hand_author']}: {WORDS_OF_REASON[one['by_hand_reason']]}", LONGEST_NAME)
    if one["received_on"]:
        return f"received on {day_label(one['received_on'])}"
    words = {"received": "received", "received_late": "received", "not_required": "not required"}
    return words.get(one["status"] or "", "no longer found")


def _regulation(one: Facts) -> str:
    named = [(contract, one[f"{contract.lower()}_reference"]) for contract in ("GMS", "PMS")]
    return "; ".join(f"{contract} {reference}" for contract, reference in named if reference)


def _goes_on(matters: Iterable[Matter], titles: Mapping[str, str]) -> Iterator[str]:
    """What was told before and is still open, counted; what is for information only is left out."""
    words = {
        "supplier_gap": ("supplier gap", ""),
        "area_gap": ("area gap", ""),
        "missing_return": ("return", " not received"),
        "could_not_check": ("check", " that could not be run"),
        "unexpected_row": ("return", " with unexpected facts"),
    }
    counts = Counter((titles.get(one.return_code, one.return_code), one.kind) for one in matters)
    for (title, kind), count in sorted(counts.items()):
        if kind in words:
            thing, rest = words[kind]
            yield f"{title}: {_number(count, thing)}{rest}"
        elif kind in NOT_KNOWN:
            yield f"{title}: {_number(count, 'period')} not known"


def _why(route: Route) -> str:
    filters = {
        "ICB": route.icbs, "sub-ICB": route.sub_icbs, "PCN": route.pcns, "return": route.returns,
        "kind of finding": route.kinds,
    }  # fmt: skip
    named = [f"{name} {', '.join(sorted(codes))}" for name, codes in filters.items() if codes]
    return _short("; ".join(named), LONGEST_FILTERS) or "everything that is found"


def _most_common(weighted: Iterable[tuple[str, int]]) -> list[str]:
    counts: Counter[str] = Counter()
    for name, weight in weighted:
        counts[name] += weight
    return [name for name, _ in counts.most_common()]


def _listed(names: Sequence[str], most: int = 3) -> str:
    """A, B and C; of more, the first ones and how many others."""
    shown, others = list(names[:most]), len(names) - most
    if others > 0:
        return f"{', '.join(shown)} and {_number(others, 'other')}"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _short(text: str, longest: int) -> str:
    """On one line, and no longer than so many characters."""
    line = on_one_line(text[: longest + 1])
    return line if len(line) <= longest else line[: longest - 1] + "…"
