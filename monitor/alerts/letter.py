"""What a message says, before it is text or HTML: pure, from the facts of its findings. Both parts are made from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.alerts.policy import CHANGED, LONGER, NEW, REASONS, REMINDER, RESOLVED, Route, Summary
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
    Line,
    called,
    gap_name,
    line_of,
    organisation,
    regulation,
    title,
    what,
    who,
)  # fmt: skip
from monitor.core.text import LONGEST_NAME, listed, number, on_one_line, short
from monitor.core.vocabulary import DUE_SOON, GAPS, Cause, FindingKind, Severity
from monitor.returns.periods import day_label

# The sections of a message, in their order: what is headed so, and how its number is called in the subject.
HEADINGS = {
    NEW: ("New", "new"),
    LONGER: ("Longer: still not received", "longer"),
    CHANGED: ("Changed: likely cause, severity or what is not known", "changed"),
    REMINDER: ("Still open: a reminder", "reminders"),
    DUE_SOON: ("Due soon", "due soon"),
    RESOLVED: ("Resolved", "resolved"),
}
LONGEST_SUBJECT = 69  # with its name it stands on one line of 78, so that nothing folds it
# What a data team looks at before everything else, in this order, whatever the reason for which it is sent.
UNREAD_ROWS, NOT_THERE, UNKNOWN = "unread_rows", "not_there", "not_known"
FIRST_OF_ALL = {
    UNREAD_ROWS: "Rows that could not be read",
    NOT_THERE: "Files due and not loaded",
    UNKNOWN: "Not known",
}
FEWEST_OF_A_NAME = 20  # letters: less of one says nothing
LONGEST_FILTERS = 300
MOST_ROUTES = 12


@dataclass(frozen=True)
class Group:
    """Findings of one kind and return.

    left_out:   how many of them the message has no room for
    regulation: of all that are listed, said once
    on_phone:   how many of the lines a phone shows
    """

    title: str
    lines: tuple[Line, ...]
    left_out: int
    regulation: str = ""
    on_phone: int = 0


@dataclass(frozen=True)
class Section:
    """Findings sent for one reason. of_cause: what the cause of each of them is called."""

    title: str
    groups: tuple[Group, ...]
    of_cause: str = "Likely cause"


@dataclass(frozen=True)
class Letter:
    """A whole message. received_until: up to when files had been loaded, in words.

    is_summary: it counts what is still open, one line a return. is_brief: it says that nothing changed, and no more.
    """

    subject: str
    to_do: tuple[str, ...]
    as_of: str
    received_until: str
    sections: tuple[Section, ...]
    still_open: tuple[str, ...]
    why: tuple[str, ...]
    attached: bool
    is_summary: bool = False
    is_brief: bool = False
    site_url: str | None = None


@dataclass(frozen=True)
class Sender:
    """What the reader of a message must know about where it comes from. site_url: where the pages are, if anywhere."""

    received_until: str
    site_url: str | None = None


def letter(
    facts: Sequence[Facts], still_open: Iterable[Facts], routes: Sequence[Route], as_of: date, sender: Sender,
    most_lines: int, summary: Summary | None = None,
) -> Letter:  # fmt: skip
    """The message about these facts, with at most so many rows in each group. still_open: counts, a row a return."""
    notified = {heading: [one for one in facts if _heading_of(one) == heading] for heading in HEADINGS}
    before = list(still_open)
    unread = tuple(_still_unread([row for row in before if row["kind"] == UNREAD]))
    totals = tuple(_still_open(row for row in before if row["kind"] != UNREAD))
    if summary and not facts and not summary.changes:
        return _nothing_changed(summary, unread, totals, as_of, sender)
    return Letter(
        subject=_subject(notified, summary),
        to_do=(*unread, *_changes(facts, summary), *(_to_do(facts) if facts else ())),
        as_of=day_label(as_of),
        received_until=sender.received_until,
        sections=tuple(_sections(facts, as_of, most_lines)),
        still_open=totals,
        why=tuple(dict.fromkeys(map(why, routes[:MOST_ROUTES]))),
        attached=any(one["kind"] != DUE_SOON for one in facts),
        is_summary=summary is not None,
        site_url=sender.site_url,
    )


def _sections(facts: Sequence[Facts], as_of: date, most_lines: int) -> Iterator[Section]:
    """Rows that could not be read, files that are not there, what is not known; then the rest, by why it is sent."""
    by_part: dict[str, list[Facts]] = defaultdict(list)
    for one in facts:
        by_part[_part_of(one)].append(one)
    for part in (*FIRST_OF_ALL, *HEADINGS):
        if members := by_part.get(part):
            named = FIRST_OF_ALL.get(part) or HEADINGS[part][0]
            yield Section(
                f"{named} ({len(members):,})",
                tuple(_groups(members, as_of, most_lines)),
                "What happened" if part == RESOLVED else "Likely cause",
            )


def _part_of(one: Facts) -> str:
    """The section that a finding stands in."""
    kind = one["kind"]
    if one["reason"] == RESOLVED or kind == DUE_SOON:
        return _heading_of(one)
    if kind == UNREAD:
        return UNREAD_ROWS
    if kind == NOT_LOADED:
        return NOT_THERE
    return UNKNOWN if kind in (*NOT_KNOWN, NO_LONGER, COULD_NOT_CHECK) else str(one["reason"])


def _nothing_changed(
    summary: Summary, unread: tuple[str, ...], totals: tuple[str, ...], as_of: date, sender: Sender
) -> Letter:
    """Two lines, with the days that they are about; before them what is still in doubt."""
    since, until = day_label(summary.since_on), day_label(summary.until_on)
    return Letter(
        subject=fitting_subject([f"nothing changed since {since}"]),
        to_do=(*unread, f"Nothing changed from {since} to {until}.", f"Still open: {'; '.join(totals) or 'nothing'}."),
        as_of=day_label(as_of), received_until=sender.received_until, sections=(), still_open=(), why=(),
        attached=False, is_summary=True, is_brief=True, site_url=sender.site_url,
    )  # fmt: skip


def _changes(facts: Sequence[Facts], summary: Summary | None) -> Iterator[str]:
    """What a summary says first: how much changed since the last one, here and in the messages since then."""
    if summary is None:
        return
    counts = Counter(dict(summary.changes))
    counts.update(one["reason"] for one in facts if one["kind"] != DUE_SOON and one["reason"] != REMINDER)
    said = ", ".join(_count_of(reason, counts[reason]) for reason in REASONS if counts[reason])
    days = f"From {day_label(summary.since_on)} to {day_label(summary.until_on)}"
    before = sum(count for _, count in summary.changes)
    yield f"{days}: {said or 'nothing changed'}." + (f" Of these, {before:,} in earlier messages." if before else "")


def _heading_of(one: Facts) -> str:
    return DUE_SOON if one["kind"] == DUE_SOON else one["reason"]


def _subject(notified: Mapping[str, Sequence[Facts]], summary: Summary | None) -> str:
    of_week = f"summary to {day_label(summary.until_on)}" if summary else ""
    counts = [_count_of(heading, len(members)) for heading, members in notified.items() if members]
    now = [one for heading, members in notified.items() if heading != RESOLVED for one in members]
    return fitting_subject([*filter(None, [of_week]), *counts], _worst(now) if now else ())


def fitting_subject(counts: Sequence[str], worst: Iterable[str] = ()) -> str:
    """A subject of under 70 characters: the counts, and the longest words for the worst that there is room for.

    Nothing in it is an encoded word (RFC 2047): see message.py.
    """
    said = f"Data returns: {', '.join(counts)}"
    room = LONGEST_SUBJECT - len(f"{said}. First: ")
    named = [on_one_line(one).replace("=?", "= ?") for one in worst]
    for first in named:
        if len(first) <= room:
            return f"{said}. First: {first}"
    if named and room >= FEWEST_OF_A_NAME:
        return f"{said}. First: {_cut(named[-1], room)}"
    shown = list(counts)
    while len(said) > LONGEST_SUBJECT and shown:
        shown.pop()
        said = f"Data returns: {', '.join([*shown, 'more'])}"
    return said


def _cut(name: str, room: int) -> str:
    """A name cut to the room there is; a code in brackets at its end stays whole, for it is what people look up."""
    words, bracket, code = name.rpartition(" (")
    end = f"... ({code}" if bracket and code.endswith(")") and len(code) < room // 2 else "..."
    return f"{(name if end == '...' else words)[: room - len(end)].rstrip()}{end}"


def _count_of(heading: str, count: int) -> str:
    """1 new, 2 reminders."""
    words = HEADINGS[heading][1]
    return f"{count:,} {words.removesuffix('s') if heading == REMINDER and count == 1 else words}"


def _worst(notified: Sequence[Facts]) -> tuple[str, ...]:
    """What to look at first, in ever fewer words: the gravest, then what stands for most."""
    order = (
        UNREAD, COULD_NOT_CHECK, *GAPS, MISSED, *NOT_KNOWN, NO_LONGER, NOT_MET, UNEXPECTED, IN_PART, LATE, LOW,
        DUE_SOON,
    )  # fmt: skip
    one = min(
        notified,
        key=lambda one: (
            one["kind"] != UNREAD,
            tuple(Severity).index(one["severity"]),
            order.index(one["kind"]),
            -(one["organisations"] or 0),
        ),
    )
    kind, of_return = one["kind"], called(one)
    if kind == UNREAD:
        return f"{who(one)}, {title(one).partition(' (')[0]}", f"{who(one)}, {of_return}", who(one)
    if kind in NOT_KNOWN:
        return (
            f"{of_return}, not known for {number(one['organisations'] or 0, 'organisation')}",
            f"{of_return} not known",
        )
    if kind == DUE_SOON:
        return what(one), of_return
    if kind == COULD_NOT_CHECK:
        return f"{of_return} could not be checked", "a check"
    if kind in GAPS:
        named = f"{gap_name(one)}, {of_return}"
        return f"{named}, {number(one['organisations'], 'organisation')}", named, gap_name(one)
    if kind == LOW:
        return f"{who(one)}, {of_return}, fewer records", f"{of_return}, fewer records"
    if kind == LATE:
        of_return += ", received late"
    named = organisation(one)
    return f"{who(one)}, {of_return}", f"{named}, {of_return}", of_return if kind == LATE else named


def _to_do(notified: Sequence[Facts]) -> Iterator[str]:
    """What to do, the most useful first."""
    now = [one for one in notified if one["reason"] != RESOLVED]
    unread = [one for one in now if one["kind"] == UNREAD]
    if unread:
        rows = number(sum(one["unread_rows"] or 0 for one in unread), "row")
        named = list(dict.fromkeys(short(one["found_by"] or "") for one in unread))
        them = "them" if len(named) > 1 else "it"
        yield (
            f"Correct {listed(named)} and drop {them} again, or dismiss the rows with a reason: {rows} could not be "
            "read, so what they say is not known. `monitor rejected list` shows them."
        )
    unknown = sorted({title(one) for one in now if one["kind"] in NOT_KNOWN})
    if unknown:
        yield f"Load the missing files of {listed(unknown)}: until then it is not known who sent it."
    unchecked = sorted({title(one) for one in now if one["kind"] == COULD_NOT_CHECK})
    if unchecked:
        yield f"Run `monitor doctor`: the check of {listed(unchecked)} could not be run."
    explained = [one for one in now if one["kind"] in (*GAPS, MISSED) and one["cause"] == Cause.KNOWN_INCIDENT]
    gaps = [one for one in now if one["kind"] in GAPS and one["cause"] != Cause.KNOWN_INCIDENT]
    if gaps:
        whose = listed(_most_common((gap_name(one), one["organisations"]) for one in gaps))
        returns = sum(one["organisations"] for one in gaps)
        yield (
            f"Ask {whose} first: {number(returns, 'return')} not received {_are(returns)} most likely explained by "
            "the supplier or the area, so there is no need to ask each organisation."
        )
    if explained:
        returns = sum(one["organisations"] for one in explained)
        yield f"Nothing new to ask about {number(returns, 'return')} that a known incident explains."
    single = [one for one in now if one["kind"] == MISSED and one["cause"] != Cause.KNOWN_INCIDENT]
    if single:
        organisations = len({one["organisation_code"] for one in single})
        returns = sum(one["periods"] for one in single)
        yield (
            f"{'Then contact' if gaps else 'Contact'} {number(organisations, 'organisation')} about "
            f"{number(returns, 'return')} not received, listed below."
        )
    yield from _to_do_besides(now)


def _to_do_besides(now: Sequence[Facts]) -> Iterator[str]:
    """What is neither missing nor unchecked."""
    unexpected = [one for one in now if one["kind"] == UNEXPECTED]
    if unexpected:
        returns = number(len(unexpected), "return")
        yield f"Check {returns} received with unexpected values, listed below."
    whole = sorted({title(one) for one in now if one["kind"] == NOT_MET})
    if whole:
        yield f"Check {listed(whole)}: an expectation about the whole return is not met, listed below."
    in_part = len({one["organisation_code"] for one in now if one["kind"] == IN_PART})
    if in_part:
        yield (
            f"{number(in_part, 'organisation')} sent a return with a part missing from the publication, listed "
            "below. It counts as received: ask only if you need that part."
        )
    asked = {one["organisation_code"] for one in now if one["kind"] == NO_LONGER}
    if asked:
        yield (
            f"{number(len(asked), 'organisation')} {_are(len(asked))} not in a publication that showed "
            f"{'its' if len(asked) == 1 else 'their'} data before. The publication does not list everyone: "
            "please ask, and draw no conclusion from it."
        )
    if any(one["kind"] == SHORT for one in now):
        yield "If a file looks incomplete but is all there is, release it: `monitor feeds list` shows which."
    low = [one for one in now if one["kind"] == LOW]
    if low:
        counts = number(len(low), "count")
        yield f"{counts} of records {_are(len(low))} lower than usual, listed below: a count does not say why."
    if any(one["kind"] == DUE_SOON for one in now):
        yield "Some returns fall due soon; they are listed below."
    if not now or all(one["kind"] == LATE for one in now):
        yield "For your information only: there is nothing to do."


def _groups(notified: Sequence[Facts], as_of: date, most_lines: int) -> Iterator[Group]:
    """Supplier and area gaps first, then each return by itself, then what could not be known."""
    by_title: dict[tuple[int, str], list[Facts]] = defaultdict(list)
    for one in notified:
        by_title[_group_of(one)].append(one)
    for (_, heading), members in sorted(by_title.items(), key=lambda item: item[0]):
        if members[0]["kind"] in GAPS:
            members = sorted(members, key=_widest_first)
        shown = [] if members[0]["kind"] == LATE else members[:most_lines]
        organisations = {one["organisation_code"] for one in members if one["organisation_code"]}
        from_whom = f" from {number(len(organisations), 'organisation')}" if organisations else ""
        yield Group(
            f"{heading}: {len(members):,}{from_whom}",
            tuple(line_of(one, as_of) for one in shown),
            len(members) - len(shown),
            _regulation_of(shown),
        )


def _regulation_of(listed_ones: Sequence[Facts]) -> str:
    """The regulation of a group, once; by return where the group is of several."""
    by_return: dict[str, dict[str, None]] = defaultdict(dict)
    for one in listed_ones:
        if one["kind"] != UNREAD and (said := regulation(one)):
            by_return[title(one)][said] = None
    if len(by_return) == 1:
        return "; ".join(next(iter(by_return.values())))
    return "; ".join(f"{name}: {'; '.join(said)}" for name, said in by_return.items())


def _widest_first(gap: Facts) -> tuple[bool, int]:
    """Known incidents last: there is nothing new to ask about them."""
    return gap["cause"] == Cause.KNOWN_INCIDENT, -gap["organisations"]


# Kinds that are listed by return, in which order, and under which words.
_OF_RETURN = {
    UNEXPECTED: (3, "received with unexpected values"),
    NOT_MET: (3, "expectation about the whole return not met"),
    NO_LONGER: (4, "in the previous publication, not in this one"),
    IN_PART: (4, "received in part"),
    LOW: (6, "fewer records than usual"),
}


def _group_of(one: Facts) -> tuple[int, str]:
    kind, reason = one["kind"], one["reason"]
    if _part_of(one) in FIRST_OF_ALL and reason != NEW:
        place, words = _group_of({**one, "reason": NEW})
        return place, f"{words}, {HEADINGS[reason][1].removesuffix('s')}"
    if kind == UNREAD:
        return -1, "One line a file and return"
    if kind in GAPS:
        return 0, "Supplier-wide and area-wide gaps, one row each"
    if kind == COULD_NOT_CHECK:
        return 1, "Could not be checked"
    if kind == NOT_LOADED:
        return 4, "Due, and nothing loaded"
    if kind in NOT_KNOWN:
        return 4, "What is loaded does not show it"
    if kind == LATE:
        return 5, "Received late"
    if kind in _OF_RETURN:
        place, words = _OF_RETURN[kind]
        return place, f"{title(one)}, {words}"
    if kind == DUE_SOON:
        return 7, "By due date"
    return 2, title(one)


def _still_unread(totals: Sequence[Facts]) -> Iterator[str]:
    """What earlier messages said could not be read, and has not been since: in doubt, so before all that is missing."""
    if totals:
        rows = sum(row["unread_rows"] or 0 for row in totals)
        files = list(dict.fromkeys(short(name) for row in totals for name in row["files"]))
        yield (f"Still in doubt: {number(rows, 'row')} of {listed(files)} could not be read (`monitor rejected list`).")


def _still_open(totals: Iterable[Facts]) -> Iterator[str]:
    """What is still open, by return: of how many, and since when the longest."""
    for row in totals:
        named = short(row["return_title"] or "", LONGEST_NAME)
        yield f"{named or 'Of no return that could be read'}: {_total(row)}"


def _total(row: Facts) -> str:
    kind, since = row["kind"], row["since"]
    longest = f", {'since' if row['findings'] == 1 else 'the longest since'} {since}" if since else ""
    if kind == MISSED:
        one = organisation(row)
        of_whom = f" ({one})" if row["findings"] > 1 else ""
        if row["organisations"] == 1:
            return f"not received from {one}{longest}"
        return f"not received from {number(row['organisations'], 'organisation')}{longest}{of_whom}"
    words = {
        FindingKind.SUPPLIER_GAP: ("supplier-wide gap", ""),
        FindingKind.AREA_GAP: ("area-wide gap", ""),
        COULD_NOT_CHECK: ("check", " that could not be run"),
        UNEXPECTED: ("return", " with unexpected values"),
        NOT_MET: ("expectation", " about the whole return not met"),
        IN_PART: ("organisation", " with a part missing"),
        LOW: ("count", " lower than usual"),
        NO_LONGER: ("organisation", " no longer in the publication, to ask about"),
    }
    if kind == NOT_LOADED:
        return "no data loaded" + (f" since {since}" if since else "")
    thing, rest = words.get(kind, ("period", " not known"))
    return f"{number(row['findings'], thing)}{rest}{longest if kind in GAPS else ''}"


def why(route: Route) -> str:
    """What a route asks for, in words."""
    filters = {
        "ICB": route.icbs, "sub-ICB": route.sub_icbs, "PCN": route.pcns, "return": route.returns,
        "kind of finding": route.kinds,
    }  # fmt: skip
    named = [f"{name} {', '.join(sorted(codes))}" for name, codes in filters.items() if codes]
    return short("; ".join(named), LONGEST_FILTERS) or "all findings"


def _most_common(weighted: Iterable[tuple[str, int]]) -> list[str]:
    counts: Counter[str] = Counter()
    for name, weight in weighted:
        counts[name] += weight
    return [name for name, _ in counts.most_common()]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
