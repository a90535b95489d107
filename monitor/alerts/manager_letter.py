"""The letter of who looks after practices: what is new, longer and over since the last one, by practice. Pure.

Its numbers are those of the reader's own area; it gives no commands, and no words of how the program works.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.alerts.letter import Sender, fitting_subject, why
from monitor.alerts.policy import CHANGED, LONGER, NEW, REMINDER, RESOLVED, Route, Summary
from monitor.alerts.wording import (
    COULD_NOT_CHECK,
    IN_PART,
    LATE,
    LOW,
    MISSED,
    NO_LONGER,
    NOT_KNOWN,
    NOT_LOADED,
    NOT_MET,
    SHORT,
    UNEXPECTED,
    UNREAD,
    Facts,
    called,
    for_what,
    gap_name,
    organisation,
    since,
    what_became_of_it,
)  # fmt: skip
from monitor.core.page_names import area_page, organisation_page, period_page
from monitor.core.text import LONGEST_NAME, number, short
from monitor.core.vocabulary import DUE_SOON, GAPS, SHARED_CAUSES, Cause, words_of_cause
from monitor.returns.periods import day_and_weekday, day_label

# The sections, in their order; and what the subject calls how many are in one.
SHARED, UNKNOWN, BESIDES = "shared", "not_known", "besides"
HEADINGS = {
    SHARED: ("Suppliers and areas", "supplier or area"),
    NEW: ("New", "new"),
    LONGER: ("Longer", "longer"),
    CHANGED: ("Changed", "changed"),
    REMINDER: ("Still outstanding", "reminder"),
    RESOLVED: ("Over", "over"),
    UNKNOWN: ("Not known", "not known"),
    BESIDES: ("To note", "to note"),
    DUE_SOON: ("Due soon", "due soon"),
}
ASK_FIRST = (
    "These affect many practices. Ask the supplier or the area lead first: there is no need to ask each practice."
)
ASK_ONLY = "It is not known whether these were sent. The data team has the details."
RETURN_OF_A_LINE = re.compile(r" not received | sent and | since | for ")
MOST_OF_ONE = 3  # returns of one practice that are named on its line
MOST_AREAS = 4
LONGEST_CONTACT = 200
# What came, and something about it is worth a look; so many of a kind are named.
WORTH_A_LOOK = {
    LATE: "Received late",
    IN_PART: "Received in part",
    LOW: "Fewer records than usual",
    UNEXPECTED: "Received, with unexpected values",
    NOT_MET: "Expectation about a whole return not met",
}
MOST_WORTH_A_LOOK = 2


@dataclass(frozen=True)
class Entry:
    """One line: whose it is, and what is so. page: of the site, beneath its address; blank where there is none.

    ask: whom to ask, where the route shows contacts and there is one.
    """

    name: str
    said: str
    page: str = ""
    ask: str = ""


@dataclass(frozen=True)
class Part:
    """Entries under a heading. left_out: how many more there are."""

    title: str
    entries: tuple[Entry, ...]
    left_out: int = 0
    lead: str = ""


@dataclass(frozen=True)
class ManagerLetter:
    """The whole letter. site_url: without a slash at its end; pages: what to call them, and where they lie beneath it.

    attached: whether the list of all practices comes with it, because some are left out here.
    names_people: whether it, or its list, says whom to ask.
    """

    subject: str
    opening: tuple[str, ...]
    as_of: str
    received_until: str
    parts: tuple[Part, ...]
    still_open: tuple[str, ...]
    why: tuple[str, ...]
    site_url: str | None = None
    pages: tuple[tuple[str, str], ...] = ()
    attached: bool = False
    is_summary: bool = False
    names_people: bool = False


def manager_letter(
    facts: Sequence[Facts], still_open: Iterable[Facts], routes: Sequence[Route], as_of: date, sender: Sender,
    summary: Summary | None = None,
) -> ManagerLetter:  # fmt: skip
    """The letter about these facts, with a line for each practice. still_open: counts, a row a return."""
    by_part: dict[str, list[Facts]] = defaultdict(list)
    for one in facts:
        by_part[_part_of(one)].append(one)
    parts = tuple(_part(name, by_part[name]) for name in HEADINGS if by_part[name])
    return ManagerLetter(
        subject=_subject(by_part, summary),
        opening=tuple(_opening(by_part, summary)),
        as_of=day_label(as_of),
        received_until=sender.received_until,
        parts=parts,
        still_open=tuple(_still_open(still_open)),
        why=tuple(dict.fromkeys(map(why, routes))),
        site_url=sender.site_url,
        pages=_pages(routes),
        is_summary=summary is not None,
        names_people=any(one.get("contact") for one in facts),
    )


def with_at_most(whole: ManagerLetter, most: int) -> ManagerLetter:
    """The letter with so many lines under a heading; what is left out is counted, and comes as a list."""
    parts = tuple(
        replace(part, entries=part.entries[:most], left_out=len(part.entries) - most)
        if len(part.entries) > most
        else part
        for part in whole.parts
    )
    still_open = whole.still_open
    if len(still_open) > most:
        still_open = (*still_open[:most], number(len(still_open) - most, "other"))
    return replace(whole, parts=parts, still_open=still_open, attached=any(part.left_out for part in parts))


COLUMNS = (
    "since_last_letter",
    "practice",
    "code",
    "pcn",
    "return",
    "what",
    "due_on",
    "last_received_on",
    "likely_cause",
)


def rows_of(facts: Sequence[Facts]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The list that comes with a letter that has no room for all: a row a practice and return."""
    rows: list[tuple[object, ...]] = []
    with_contacts = any("contact" in one for one in facts)
    for part in HEADINGS:
        for one in facts:
            if _part_of(one) == part and one["organisation_code"]:
                is_over = one["reason"] == RESOLVED
                cause, contact = ("", "") if is_over else (words_of_cause(one["cause"]), one.get("contact"))
                rows.append((
                    HEADINGS[part][0], one["organisation_name"], one["organisation_code"],
                    one["pcn_name"] or one["pcn_code"], called(one), _said(one), one["due_on"],
                    one.get("last_received_on"), cause, *([contact] if with_contacts else []),
                ))  # fmt: skip
    return (*COLUMNS, *(["contact"] if with_contacts else [])), rows


def _part_of(one: Facts) -> str:
    """The section that a finding stands in."""
    kind, reason = one["kind"], one["reason"]
    if kind == DUE_SOON:
        return DUE_SOON
    if kind in WORTH_A_LOOK:
        return BESIDES
    if reason == RESOLVED:
        return CHANGED if _is_outstanding_still(one) else RESOLVED
    if kind in GAPS:
        return SHARED
    return UNKNOWN if kind in (*NOT_KNOWN, NO_LONGER, UNREAD, COULD_NOT_CHECK) else str(reason)


def _is_outstanding_still(one: Facts) -> bool:
    """Whether it is over only as a line of its own: a gap that others share has taken it in, say."""
    return bool(
        one["kind"] == MISSED and one["still_missed"] and not one["ended_by_label"] and not one["by_hand_reason"]
    )


def _part(name: str, members: Sequence[Facts]) -> Part:
    made: Callable[[Sequence[Facts]], Iterator[Entry]] = {
        SHARED: _of_gaps, UNKNOWN: _of_unknown, BESIDES: _of_besides, DUE_SOON: _of_due_soon,
    }.get(name, _by_practice)  # fmt: skip
    lead = {SHARED: ASK_FIRST, UNKNOWN: ASK_ONLY}.get(name, "")
    return Part(HEADINGS[name][0], tuple(made(members)), lead=lead)


def _by_practice(members: Sequence[Facts]) -> Iterator[Entry]:
    """A line a practice, what has lasted longest first; suppliers and areas before them."""
    yield from _of_gaps([one for one in members if one["kind"] in GAPS])
    of_practice: dict[str, list[Facts]] = defaultdict(list)
    for one in sorted(
        (one for one in members if one["kind"] not in GAPS),
        key=lambda one: (
            -(one["periods"] or 1),
            one["due_on"] or date.max,
            one["organisation_name"] or "",
            called(one),
        ),
    ):
        of_practice[one["organisation_code"] or ""].append(one)
    for code, returns in of_practice.items():
        said = ". Also ".join(map(_said, returns[:MOST_OF_ONE]))
        if len(returns) > MOST_OF_ONE:
            said += f". Also {number(len(returns) - MOST_OF_ONE, 'other return')}"
        asked = "" if all(one["reason"] == RESOLVED for one in returns) else _contact(returns[0])
        yield Entry(_practice(returns[0]), said, organisation_page(code) if code else "", asked)


def _contact(one: Facts) -> str:
    """Whom to ask, as many as a line has room for; the page of the organisation names all."""
    first, *others = (one.get("contact") or "").split("; ")
    named = [short(first, LONGEST_CONTACT)]
    for other in others:
        if len("; ".join([*named, other])) > LONGEST_CONTACT:
            break
        named.append(other)
    more = len(others) + 1 - len(named)
    return "; ".join(named) + (f"; and {number(more, 'other')}" if more else "")


def _practice(one: Facts) -> str:
    return organisation(one) if one["organisation_code"] else "All who owe it"


def _said(one: Facts) -> str:
    """What is so about one return of a practice: workforce not received since September 2025, 4 months."""
    lasting = since(one) or for_what(one)
    if one["reason"] == RESOLVED:
        return f"{called(one)} {lasting}: {_what_became_of_it(one)}"
    if one["kind"] == NO_LONGER:
        return f"{called(one)} no longer in the publication {lasting}"
    if one["kind"] != MISSED:
        return f"{called(one)} {lasting}"
    sent = "sent and rejected" if one["cause"] == Cause.REJECTED_AT_SOURCE else "not received"
    said = f"{called(one)} {sent} {lasting}{_last_received(one)}"
    explained = one["cause"] in SHARED_CAUSES or one["reason"] == CHANGED
    return f"{said}; likely cause: {words_of_cause(one['cause'])}" if explained and one["cause"] else said


def _what_became_of_it(one: Facts) -> str:
    """As the data team's letter has it; of a gap without numbers that reach beyond the reader's area."""
    if one["kind"] in GAPS and one["still_missed"] and not one["by_hand_reason"]:
        return "now not received from fewer practices, listed one by one"
    if one["kind"] in (*NOT_KNOWN, UNREAD, COULD_NOT_CHECK, NO_LONGER) and not one["by_hand_reason"]:
        return "known now"
    return what_became_of_it(one)


def _last_received(one: Facts) -> str:
    """When the return came last before; the year only where it is another than that of the beginning."""
    on = one["last_received_on"]
    if on:
        day = day_label(on)
        begun = one["period_start"]
        return f"; last received {day.removesuffix(f' {on.year}') if begun and begun.year == on.year else day}"
    return f"; last received for {one['last_received_label']}" if one["last_received_label"] else ""


def _of_gaps(members: Sequence[Facts]) -> Iterator[Entry]:
    """Suppliers and areas, the widest first; how many of the reader's own organisations are without it."""
    for one in sorted(members, key=lambda one: (one["cause"] == Cause.KNOWN_INCIDENT, -(one["organisations"] or 0))):
        if one["reason"] == RESOLVED:
            yield Entry(gap_name(one), _said(one), _page_of_gap(one))
            continue
        of_whom = number(one["organisations"] or 0, "organisation")
        incident = "; known incident, nothing new to ask" if one["cause"] == Cause.KNOWN_INCIDENT else ""
        said = f"{called(one)} not received {for_what(one)} from {of_whom}{incident}"
        yield Entry(gap_name(one), said, _page_of_gap(one), "" if incident else _contact(one))


def _page_of_gap(one: Facts) -> str:
    """Where those without the return are listed; pages of requests are of months, not of a day."""
    has_page = one["period_start"] and one["period_kind"] != "request"
    return period_page(one["return_code"], one["period_start"]) if has_page else ""


def _of_unknown(members: Sequence[Facts]) -> Iterator[Entry]:
    """What cannot be said, by return; practices that a publication showed before and does not show now."""
    yield from (entry for entry in map(_unknown, (one for one in members if one["kind"] != NO_LONGER)))
    yield from _by_practice([one for one in members if one["kind"] == NO_LONGER])


def _unknown(one: Facts) -> Entry:
    if one["kind"] == UNREAD:
        whom = f" about {number(one['organisations'], 'organisation')}" if one["organisations"] else ""
        file = short(one["found_by"] or "a file", LONGEST_NAME)
        return Entry(_capital(called(one)), f"rows of {file}{whom} could not be read, so what they say is not known")
    because = {
        NOT_LOADED: "no data has reached us yet", SHORT: "only a part has reached us",
        COULD_NOT_CHECK: "it could not be checked",
    }.get(one["kind"], Cause.SUPPRESSED.words)  # fmt: skip
    when = since(one) or for_what(one)
    return Entry(_capital(called(one)), f"not known{' ' + when if when else ''}; {because}")


def _of_besides(members: Sequence[Facts]) -> Iterator[Entry]:
    """What came, and something about it is worth a look: a line for each kind."""
    for kind, words in WORTH_A_LOOK.items():
        of_kind = [one for one in members if one["kind"] == kind]
        whom = [f"{_practice(one)}, {called(one)} {for_what(one)}".strip() for one in of_kind]
        if of_kind:
            over = ", over now" if all(one["reason"] == RESOLVED for one in of_kind) else ""
            more = f"; and {number(len(whom) - MOST_WORTH_A_LOOK, 'other')}" if len(whom) > MOST_WORTH_A_LOOK else ""
            yield Entry(f"{words}{over}", "; ".join(whom[:MOST_WORTH_A_LOOK]) + more)


def _of_due_soon(members: Sequence[Facts]) -> Iterator[Entry]:
    for one in members:
        yield Entry(_capital(f"{called(one)} {for_what(one)}".strip()), f"due {day_and_weekday(one['due_on'])}")


def _opening(by_part: Mapping[str, Sequence[Facts]], summary: Summary | None) -> Iterator[str]:
    """How much there is under each heading; of a summary also what earlier letters of the week said."""
    counts = _counts(by_part)
    if summary is None:
        yield f"Since the last letter: {', '.join(counts) or 'nothing new'}."
        return
    days = f"From {day_label(summary.since_on)} to {day_label(summary.until_on)}"
    before = dict(summary.changes)
    earlier = [f"{before[reason]:,} {words}" for reason, (_, words) in HEADINGS.items() if reason in before]
    if not counts and not earlier:
        yield f"{days} nothing changed."
    if counts:
        yield f"{days}: {', '.join(counts)}."
    if earlier:
        yield f"{'Earlier letters' if counts else days + ', in earlier letters'}: {', '.join(earlier)}."


def _counts(by_part: Mapping[str, Sequence[Facts]]) -> list[str]:
    """3 new, 1 longer, 2 over."""
    counts = []
    for name, (_, words) in HEADINGS.items():
        if count := len(by_part.get(name, ())):
            several = {SHARED: "suppliers or areas", REMINDER: "reminders"}.get(name, words)
            counts.append(f"{count:,} {words if count == 1 else several}")
    return counts


def _subject(by_part: Mapping[str, Sequence[Facts]], summary: Summary | None) -> str:
    counts = _counts(by_part)
    if summary and not counts and not summary.changes:
        return fitting_subject([f"nothing changed since {day_label(summary.since_on)}"])
    named = [f"week to {day_label(summary.until_on)}"] if summary else []
    return fitting_subject([*named, *counts], _first(by_part))


def _first(by_part: Mapping[str, Sequence[Facts]]) -> Iterator[str]:
    """Where to begin, in ever fewer words: a supplier, else the practice without a return for longest."""
    for name in (SHARED, LONGER, NEW, RESOLVED):
        for entry in _part(name, by_part.get(name, ())).entries[:1]:
            said = entry.said.partition(";")[0]
            yield f"{entry.name}, {said}"
            yield f"{entry.name}, {RETURN_OF_A_LINE.split(said)[0]}"
            yield entry.name
            return


def _still_open(totals: Iterable[Facts]) -> Iterator[str]:
    """What is outstanding still from earlier letters, by return: of how many, and since when the longest."""
    counted: Counter[str] = Counter()
    for row in totals:
        named = short(row["return_title"] or "Rows that could not be read", LONGEST_NAME)
        if row["kind"] == MISSED:
            yield f"{named}: {_not_received(row)}"
        elif row["kind"] in GAPS:
            yield f"{named}: {number(row['findings'], 'supplier-wide or area-wide gap')}, since {row['since']}"
        elif row["kind"] in (*NOT_KNOWN, UNREAD, COULD_NOT_CHECK, NO_LONGER):
            counted["not known"] += 1
            if counted["not known"] <= MOST_OF_ONE:
                yield f"{named}: not known" + (f" since {row['since']}" if row["since"] else "")


def _not_received(row: Facts) -> str:
    one = organisation(row)
    if row["organisations"] == 1:
        return f"not received from {one}" + (f" since {row['since']}" if row["since"] else "")
    longest = f", the longest since {row['since']} ({one})" if row["since"] else ""
    return f"not received from {number(row['organisations'], 'organisation')}{longest}"


def _pages(routes: Sequence[Route]) -> tuple[tuple[str, str], ...]:
    """The pages of the reader's areas, where they are few; the overview in any case."""
    areas = [
        (f"{words} {code}", area_page(kind, code))
        for kind, words, codes in (
            ("icb", "ICB", [code for route in routes for code in sorted(route.icbs)]),
            ("sub-icb", "Sub-ICB", [code for route in routes for code in sorted(route.sub_icbs)]),
            ("pcn", "PCN", [code for route in routes for code in sorted(route.pcns)]),
        )
        for code in dict.fromkeys(codes)
    ]
    return (("Overview", "index.html"), *areas[:MOST_AREAS])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
