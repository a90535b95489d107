"""The overview: what needs attention today. Pure: rows -> a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.core.clock import london_date
from monitor.core.text import number as number_of
from monitor.core.vocabulary import GAPS, WHY_NOT_KNOWN, Cause, FindingKind, words_of_rejections
from monitor.report.site import absence_lines, charts
from monitor.report.site.cause_words import explained
from monitor.report.site.pages import (
    Cell,
    Link,
    Page,
    Table,
    cause,
    day,
    instant,
    link,
    moment,
    number,
    percent,
    rate,
    short,
    text,
)
from monitor.report.site.places import OVERVIEW, RETURNS, area_page, period_page, rate_page, return_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import World, missed_in
from monitor.report.site.status_tags import OUTCOMES
from monitor.returns.periods import day_label

GAPS_OF_THE_OVERVIEW = 50
FILES_OF_THE_OVERVIEW = 25
NEWS_OF_THE_OVERVIEW = 40
PUBLICATIONS_OF_THE_OVERVIEW = 24
ABSENCES_OF_THE_OVERVIEW = 40
PERIODS_OF_A_SPARK = 12
KINDS = {"practice": "practice", "pcn": "PCN", "trust": "trust"}
CAUSES_OF_PERIODS = tuple(cause for cause in WHY_NOT_KNOWN if cause != Cause.ROW_REJECTED)


@dataclass(frozen=True)
class Today:
    """Rows of unchecked, news, files, fresh, open_findings and unread; what else there is to look at.

    publications: rows of queries/publications that somebody waits for. absences: of absences_first; absent: of
    absent_kinds. with_contacts: whether people are named; supplier_contacts: by supplier, whom to ask.
    """

    unchecked: Sequence[Row]
    news: Sequence[Row]
    files: Sequence[Row]
    fresh: Sequence[Row]
    open_findings: Sequence[Row]
    others: Sequence[Link] = ()
    unread: Sequence[Row] = ()
    publications: Sequence[Row] = ()
    absences: Sequence[Row] = ()
    absent: Sequence[Row] = ()
    with_contacts: bool = False
    supplier_contacts: Mapping[str, str] = field(default_factory=dict)


def overview(world: World, today: Today) -> Page:
    """The first page."""
    totals = {name: sum(slot[name] for slot in world.slots) for name in OUTCOMES}
    content: dict[str, Any] = {
        "as_of": day_label(world.edition.as_of),
        "checked_at": instant(world.edition.checked_at),
        "totals": [(words, totals[name]) for name, words in OUTCOMES.items()],
        "expected": sum(totals.values()),
        "to_do": list(_to_do(world, today)),
        "practices": _practices(today) if today.absences else None,
        "returns": _shares(world),
        "gaps": _gaps(world, GAPS, "Supplier-wide and area-wide gaps, the widest first", today.supplier_contacts),
        "unread": _unread(world, today.unread) if today.unread else None,
        "unknown": _gaps(world, CAUSES_OF_PERIODS, "Not known: what was loaded cannot tell"),
        "unchecked": [(world.titles[row["return_code"]], row["detail"]) for row in today.unchecked],
        "news": _news(world, today.news),
        "files": _files(today.files) if today.files else None,
        "newest_file": _newest_file(today.files) if today.files else "",
        "fresh": _fresh(world, today.fresh),
        "others": today.others,
        "publications": _publications(today.publications) if today.publications else None,
    }  # fmt: skip
    return Page(OVERVIEW, "overview.html.j2", "What needs attention today", (), content)


def nothing_yet(others: Sequence[Link] = ()) -> Page:
    """The overview of a workspace in which nothing was checked yet."""
    return Page(OVERVIEW, "nothing.html.j2", "Nothing has been checked yet", (), {"others": others})


def _to_do(world: World, today: Today) -> Iterator[Link]:
    """What to look at, the most useful first; "all received" only with the counts that it rests on."""
    found: Mapping[str, Row] = {row["kind"]: row for row in today.open_findings}
    yield from _unreadable(today)
    for kind, whom in ((FindingKind.SUPPLIER_GAP, "supplier"), (FindingKind.AREA_GAP, "area")):
        if kind in found:
            gaps, returns = found[kind]["findings"], int(found[kind]["organisations"])
            yield Link(
                f"{number_of(gaps, FindingKind(kind).words)}, covering {number_of(returns, 'return')} not received: "
                f"ask the {whom} first, not each organisation.", "#suppliers"
            )  # fmt: skip
    if today.absent:
        absences = number_of(sum(row["absences"] for row in today.absent), "return")
        yield Link(f"{_who(today.absent)} to contact, about {absences} that no gap explains.", "#practices")
    low = found.get(FindingKind.LOW_VOLUME)
    if low:
        counts = number_of(low["findings"], "count")
        yield Link(f"{counts} of records lower than usual, by control charts: a count does not say why.", "#news")
    unknown = sum(slot["not_known"] for slot in world.slots)
    if unknown:
        yield Link(f"{number_of(unknown, 'return')} not known: load what is missing.", "#not-known")
    if today.publications:
        files = number_of(len(today.publications), "published file")
        yield Link(f"{files} due by now and not loaded.", "#due")
    if not found and not unknown:
        received = sum(slot["received"] + slot["received_late"] for slot in world.slots)
        yield Link(
            f"Nothing is open: {received:,} returns received, and nothing that is past due is missing."
            if received else "Nothing was received, and nothing is past due.", "#returns"
        )  # fmt: skip


def _unreadable(today: Today) -> Iterator[Link]:
    if today.unread:
        rows, held = (sum(row[name] for row in today.unread) for name in ("rows_rejected", "in_doubt"))
        why = f", and for {number_of(held, 'return')} that is why nothing is known" if held else ""
        yield Link(f"{number_of(rows, 'row')} could not be read{why}: correct the file and drop it again.", "#unread")
    if today.unchecked:
        yield Link(f"{number_of(len(today.unchecked), 'check')} could not be run.", "#unchecked")


def _who(absent: Sequence[Row]) -> str:
    """3 practices, 1 PCN and 1 trust."""
    kinds = [
        number_of(row["organisations"], KINDS.get(row["organisation_kind"], "organisation of another kind"))
        for row in absent
    ]
    return f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]


def _practices(today: Today) -> Table:
    total, shown = today.absences[0]["open_absences"], len(today.absences)
    more = f"{total - shown:,} more are on the pages of the areas, and in the view absence." if total > shown else ""
    caption = "Outstanding, and no gap explains it: the longest first"
    return absence_lines.to_contact(today.absences, caption, more, today.with_contacts)


def _shares(world: World) -> Table:
    """Each return, the share received in its latest period past due, and how that compares with those before."""
    rows = [(row, world.latest_due(row["return_code"])) for row in world.returns]
    rows.sort(key=lambda pair: -missed_in(pair[1]) if pair[1] else 1)
    cells = [_share_row(world, row, slot) for row, slot in rows if slot]
    columns = (
        "Return", "Latest period", "Due on", "Received", "Change", f"Last {PERIODS_OF_A_SPARK}", "Not received",
        "Not known",
    )  # fmt: skip
    idle = len(rows) - len(cells)
    more = f"{number_of(idle, 'more return')}: nothing is expected yet." if idle else ""
    caption = "Each return: the share received in the latest period that is past due"
    return Table(caption, columns, cells, can_be_sorted=True, more=more, more_page=RETURNS if idle else "")


def _share_row(world: World, row: Row, slot: Row) -> list[Cell]:
    code = row["return_code"]
    slots = world.slots_of[code]
    until = slots[: slots.index(slot) + 1]
    shares = [_share(world, one) for one in until[-PERIODS_OF_A_SPARK:]]
    return [
        link(row["return_title"], return_page(code)),
        Cell(slot["label"], slot["slot_start"].isoformat(), period_page(code, slot["slot_start"])),
        day(slot["due_first"], "no due date"), _received(slot, shares[-1], world.rate_of(code, slot["slot_start"])),
        _change(row, shares), _spark(row, until, shares), number(missed_in(slot)), number(slot["not_known"]),
    ]  # fmt: skip


def _share(world: World, slot: Row) -> float | None:
    """Per cent received in a period, of those expected and known; None where nothing can be said of it yet."""
    found = world.rate_of(slot["return_code"], slot["slot_start"])
    if found is None or not slot["is_due"]:
        return None
    return rate(found["actual"], found["expected"] - found["not_known"])


def _received(slot: Row, share: float | None, found: Row | None) -> Cell:
    if share is not None:
        return replace(percent(share), page=rate_page(slot["return_code"], slot["slot_start"]))
    came = slot["received"] + slot["received_late"]
    if found is None:
        return Cell(f"{came:,} so far", "", is_number=True)  # owed only when something happens
    words = "not known" if slot["is_due"] else "no due date" if slot["due_first"] is None else "not yet due"
    return Cell(f"{words}, {came:,} in" if came else words, "", is_number=True)


def _change(row: Row, shares: Sequence[float | None]) -> Cell:
    """In percentage points, against the period before; nothing where one of the two is not known, or of requests."""
    if len(shares) < 2 or shares[-1] is None or shares[-2] is None or row["period"] == "request":
        return Cell("", "", is_number=True)
    points = round(shares[-1] - shares[-2], 1)
    words = "none" if not points else f"{'+' if points > 0 else '−'}{abs(points):.1f}"
    return Cell(words, f"{points:.1f}", is_number=True)


def _spark(row: Row, until: Sequence[Row], shares: Sequence[float | None]) -> Cell:
    if row["period"] == "request" or sum(share is not None for share in shares) < 2:
        return Cell("")
    said = "; ".join(
        f"{slot['label']} {'not known' if share is None else f'{share:.1f}%'}"
        for slot, share in zip(until[-len(shares):], shares, strict=True)
    )  # fmt: skip
    return Cell(charts.spark([*[None] * (PERIODS_OF_A_SPARK - len(shares)), *shares], f"Received: {said}"))


def _gaps(
    world: World, kinds: Sequence[str], caption: str, contacts: Mapping[str, str] | None = None
) -> Table | None:  # fmt: skip
    rows = [gap for gap in world.gaps if gap["kind"] in kinds]
    if not rows:
        return None
    shown = rows[:GAPS_OF_THE_OVERVIEW]
    cells = [
        [
            _whose(world, gap),
            link(_of_period(world, gap), _slot_page(world, gap)),
            number(gap["organisations"]),
            cause(gap["cause"]),
            day(gap["due_on"], "no due date"),
            day(london_date(gap["opened_at"])),
            text((contacts or {}).get(gap["supplier"])),
        ]
        for gap in shown
    ]
    more = f"{len(rows) - len(shown):,} more are in the view finding." if len(rows) > len(shown) else ""
    columns = (
        "Supplier or area",
        "Return and period",
        "Organisations",
        "Likely cause",
        "Due on",
        "First seen on",
        "Contact",
    )
    last = len(columns) if contacts else -1  # a column of whom to ask only where somebody is named
    notes = explained(gap["cause"] for gap in shown)
    return Table(caption, columns[:last] if last < 0 else columns, [row[:last] if last < 0 else row for row in cells],
                 can_be_sorted=len(cells) > 1, more=more, notes=notes)  # fmt: skip


def _unread(world: World, rows: Sequence[Row]) -> Table:
    shown = rows[:GAPS_OF_THE_OVERVIEW]
    cells = [
        [
            text(row["file_name"]), number(row["rows_rejected"]), number(row["first_row"]),
            text(words_of_rejections(row["reasons"], row["column_name"])),
            text(world.titles.get(row["return_code"], row["return_code"] or "not readable")),
            number(row["in_doubt"]),
        ]
        for row in shown
    ]  # fmt: skip
    more = f"{len(rows) - len(shown):,} more are in the view rejected_row." if len(rows) > len(shown) else ""
    columns = ("File", "Rows", "First row", "What is wrong", "Return", "Returns not known for it")
    caption = "Rows that could not be read, until they are corrected, replaced or dismissed"
    return Table(caption, columns, cells, can_be_sorted=len(cells) > 1, more=more)


def _whose(world: World, gap: Row) -> Cell:
    if gap["supplier"]:
        return link(f"Supplier {gap['supplier']}", _slot_page(world, gap))
    code = gap["area_code"]
    for kind in ("sub-icb", "icb", "pcn"):
        if code and (kind, code) in world.area:
            return link(world.area_name(kind, code), area_page(kind, code))
    return text(f"Area {code}" if code else "All organisations")


def _of_period(world: World, gap: Row) -> str:
    slot = _slot(world, gap)
    label = slot["label"] if slot else f"period from {day_label(gap['period_start'])}" if gap["period_start"] else ""
    return f"{world.titles[gap['return_code']]}, {label}"


def _slot(world: World, gap: Row) -> Row | None:
    slots = world.slots_of.get(gap["return_code"], [])
    return next((slot for slot in slots if slot["slot_start"] == gap["period_start"]), None)


def _slot_page(world: World, gap: Row) -> str:
    code = gap["return_code"]
    return period_page(code, gap["period_start"]) if _slot(world, gap) else return_page(code)


def _news(world: World, rows: Sequence[Row]) -> Table | None:
    if not rows:
        return None
    cells = [
        [
            text(row["change"]), text(FindingKind(row["kind"]).words),
            _return(world, row["return_code"]),
            number(row["findings"]), day(row["due_first"]),
        ]
        for row in rows[:NEWS_OF_THE_OVERVIEW]
    ]  # fmt: skip
    more = f"{len(rows) - len(cells):,} more kinds are in the view finding." if len(rows) > len(cells) else ""
    columns = ("Change", "What", "Return", "Findings", "First due on")
    return Table("New and resolved at the last check", columns, cells, can_be_sorted=len(cells) > 1, more=more)


def _return(world: World, return_code: str) -> Cell:
    title = world.titles.get(return_code)
    return link(title, return_page(return_code)) if title else text("not readable")


def _newest_file(rows: Sequence[Row]) -> str:
    newest = rows[0]
    return (
        f"{number_of(newest['files'], 'file')}; the newest, {short(newest['file_name'])}, "
        f"was loaded on {instant(newest['loaded_at'])} (London)."
    )


def _files(rows: Sequence[Row]) -> Table:
    total = rows[0]["files"]
    cells = [
        [
            text(row["file_name"]), text(row["format"] or "not known"), moment(row["loaded_at"]), text(row["state"]),
            *(number(row[name]) for name in ("rows_in_file", "rows_loaded", "rows_duplicate", "rows_rejected")),
        ]
        for row in rows
    ]  # fmt: skip
    more = f"These are the newest. All {total:,} are in the view loaded_file." if total > len(rows) else ""
    columns = ("File", "Format", "Loaded at (London)", "State", "Rows", "Loaded", "Duplicate", "Rejected")
    return Table("What came in, the newest first", columns, cells, can_be_sorted=len(cells) > 1, more=more)


def _fresh(world: World, rows: Sequence[Row]) -> Table:
    by_return = {row["return_code"]: row for row in rows}
    cells = []
    for one in world.returns:
        row = by_return.get(one["return_code"])
        title = link(one["return_title"], return_page(one["return_code"]))
        if row is None:
            cells.append([title, Cell("nothing loaded", "0000"), Cell(""), Cell(""), Cell("", "0000")])
            continue
        attempt = moment(row["submitted_at"]) if row["submitted_at"] else Cell("published data", "0001")
        cells.append([
            title, attempt, day(row["period_start"]), text(row["file_name"]), moment(row["loaded_at"]),
        ])  # fmt: skip
    columns = ("Return", "Latest attempt (London)", "Latest period from", "Newest file", "Loaded at (London)")
    return Table("How fresh each source is", columns, cells, can_be_sorted=True)


def _publications(rows: Sequence[Row]) -> Table:
    """Published files that are due and not loaded, the latest first."""
    cells = [
        [
            text(row["publication"]),
            Cell(row["period_label"], row["period_start"].isoformat()),
            day(row["due_on"], ""),
            text(row["state"]),
            number(row["not_known"]),
        ]
        for row in reversed(rows)
    ]
    columns = ("Publication", "Period", "Due, by convention", "State", "Returns not known for it")
    return Table("Published files to load", columns, cells[:PUBLICATIONS_OF_THE_OVERVIEW])
