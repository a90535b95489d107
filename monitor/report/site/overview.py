"""The overview: what needs a look today. Pure: rows -> a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.core.text import number as number_of
from monitor.core.vocabulary import GAPS, WHY_NOT_KNOWN, Cause, FindingKind, words_of_rejections
from monitor.report.site.pages import Cell, Link, Page, Table, cause, day, instant, link, moment, number, text
from monitor.report.site.places import OVERVIEW, area_page, period_page, return_page
from monitor.report.site.published_rows import Row
from monitor.report.site.return_pages import latest_periods
from monitor.report.site.site_facts import World
from monitor.report.site.status_tags import OUTCOMES
from monitor.returns.periods import day_label

GAPS_OF_THE_OVERVIEW = 50
FILES_OF_THE_OVERVIEW = 25
NEWS_OF_THE_OVERVIEW = 40
PUBLICATIONS_OF_THE_OVERVIEW = 24
CAUSES_OF_PERIODS = tuple(cause for cause in WHY_NOT_KNOWN if cause != Cause.ROW_REJECTED)


@dataclass(frozen=True)
class Today:
    """Rows of unchecked, news, files, fresh, open_findings and unread; what else there is to look at.

    publications: rows of queries/publications that somebody waits for.
    """

    unchecked: Sequence[Row]
    news: Sequence[Row]
    files: Sequence[Row]
    fresh: Sequence[Row]
    open_findings: Sequence[Row]
    others: Sequence[Link] = ()
    unread: Sequence[Row] = ()
    publications: Sequence[Row] = ()


def overview(world: World, today: Today) -> Page:
    """The first page."""
    totals = {name: sum(slot[name] for slot in world.slots) for name in OUTCOMES}
    content: dict[str, Any] = {
        "as_of": day_label(world.edition.as_of),
        "checked_at": instant(world.edition.checked_at),
        "totals": [(words, name, totals[name]) for name, words in OUTCOMES.items()],
        "expected": sum(totals.values()),
        "to_do": list(_to_do(world, today)),
        "returns": latest_periods(world),
        "gaps": _gaps(world, GAPS, "Gaps of a supplier or an area, the widest first"),
        "unread": _unread(world, today.unread) if today.unread else None,
        "unknown": _gaps(world, CAUSES_OF_PERIODS, "Not known: what was loaded cannot tell"),
        "unchecked": [(world.titles[row["return_code"]], row["detail"]) for row in today.unchecked],
        "news": _news(world, today.news),
        "files": _files(today.files) if today.files else None,
        "fresh": _fresh(world, today.fresh),
        "others": today.others,
        "publications": _publications(today.publications) if today.publications else None,
    }  # fmt: skip
    return Page(OVERVIEW, "overview.html.j2", "What needs a look today", (), content)


def nothing_yet(others: Sequence[Link] = ()) -> Page:
    """The overview of a workspace in which nothing was checked yet."""
    return Page(OVERVIEW, "nothing.html.j2", "Nothing has been checked yet", (), {"others": others})


def _to_do(world: World, today: Today) -> Iterator[str]:
    """What to look at, the most useful first; "all received" only with the counts that it rests on."""
    found: Mapping[str, Row] = {row["kind"]: row for row in today.open_findings}
    if today.unread:
        rows, held = (sum(row[name] for row in today.unread) for name in ("rows_rejected", "in_doubt"))
        yield (
            f"{number_of(rows, 'row')} could not be read, and for {number_of(held, 'return')} that is why nothing is "
            "known: correct the file and drop it again, or look at `monitor rejected list`."
        )
    if today.unchecked:
        yield f"{number_of(len(today.unchecked), 'check')} could not be run: `monitor doctor` says why."
    for kind, whose in ((FindingKind.SUPPLIER_GAP, "a supplier"), (FindingKind.AREA_GAP, "an area")):
        if kind in found:
            gaps, returns = found[kind]["findings"], int(found[kind]["organisations"])
            yield (
                f"{number_of(gaps, 'gap')} of {whose}, standing for {number_of(returns, 'return')} not received: "
                f"ask there first, and not each organisation."
            )
    single = found.get(FindingKind.MISSING_RETURN)
    if single:
        yield f"{number_of(single['findings'], 'return')} not received that no gap explains: look at each."
    low = found.get(FindingKind.LOW_VOLUME)
    if low:
        counts = number_of(low["findings"], "count")
        yield f"{counts} of records lower than usual, by control charts: a count does not say why."
    unknown = sum(slot["not_known"] for slot in world.slots)
    if unknown:
        yield f"{number_of(unknown, 'return')} not known: load what is missing, listed below."
    if not found and not unknown:
        received = sum(slot["received"] + slot["received_late"] for slot in world.slots)
        yield (
            f"Nothing is open: {received:,} returns received, and nothing that is past due is missing."
            if received else "Nothing was received, and nothing is past due."
        )  # fmt: skip


def _gaps(world: World, kinds: Sequence[str], caption: str) -> Table | None:
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
            Cell(instant(gap["opened_at"]), gap["opened_at"].isoformat()),
        ]
        for gap in shown
    ]
    more = f"{len(rows) - len(shown):,} more are in the view finding." if len(rows) > len(shown) else ""
    columns = ("Whose", "Return and period", "Organisations", "Likely cause", "Due on", "Open since")
    return Table(caption, columns, cells, can_be_sorted=len(cells) > 1, more=more)


def _unread(world: World, rows: Sequence[Row]) -> Table:
    shown = rows[:GAPS_OF_THE_OVERVIEW]
    cells = [
        [
            text(row["file_name"]), number(row["rows_rejected"]), number(row["first_row"]),
            text(words_of_rejections(row["reasons"], row["column_name"])),
            text(world.titles.get(row["return_code"], row["return_code"] or "none that can be read")),
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
        return text(f"Supplier {gap['supplier']}")
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
    return link(title, return_page(return_code)) if title else text("none that can be read")


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
