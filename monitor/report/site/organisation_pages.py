"""The page of one organisation: what is missing and why, every expected return, what arrived, what is noted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from monitor.core.text import number as number_of
from monitor.core.vocabulary import MISSED, SHARED_CAUSES, Status, words_of_cause
from monitor.report.site import absence_lines, control_chart_pages
from monitor.report.site.cause_words import explained
from monitor.report.site.grids import Entry, grids
from monitor.report.site.pages import (
    HOME,
    Cell,
    Link,
    Page,
    Table,
    cause,
    day,
    instant,
    link,
    named,
    number,
    overdue,
    short,
    tag,
    text,
)
from monitor.report.site.places import SEARCH, area_page, organisation_page, period_page
from monitor.report.site.published_rows import Row
from monitor.report.site.site_facts import AREA_KINDS, COLUMN_OF_AREA, World
from monitor.report.site.status_tags import TAGS
from monitor.returns.periods import day_label

ATTEMPTS_OF_A_PAGE = 40
KIND_WORDS = {"practice": "GP practice", "pcn": "Primary care network", "trust": "Trust"}
SUPPLIERS = {"clinical": "Clinical system", "telephony": "Telephony", "online": "Online consultation"}
WORDS_OF_OUTCOME = {
    "accepted": "accepted", "rejected": "rejected at the source", "nil": "nothing to report",
    "absent": "published, without data of it", "suppressed": "published, and cannot tell",
}  # fmt: skip


@dataclass(frozen=True)
class OfOrganisation:
    """What one organisation's page is made of: rows of the queries in sql/organisations.sql and absences.sql.

    expected: of organisation_rows; contacts: only where they are to be shown.
    """

    facts: Row
    expected: Sequence[Row]
    attempts: Sequence[Row] = ()
    participation: Sequence[Row] = ()
    counts: Sequence[Row] = ()
    absences: Sequence[Row] = ()
    contacts: Sequence[Row] = ()


def organisation_page_of(world: World, one: OfOrganisation) -> Page:
    """The page of one organisation."""
    facts, rows = one.facts, one.expected
    missing = [row for row in rows if row["status"] in MISSED]
    unknown = [row for row in rows if row["status"] == Status.NOT_KNOWN]
    content: dict[str, Any] = {
        "facts": [
            (words, short(value), page) for words, value, page in (*_facts(world, facts), *_contacts(one.contacts))
        ],
        "summary": _summary(rows),
        "absences": absence_lines.of_organisation(one.absences) if one.absences else None,
        "missed_table": _missed(world, missing) if missing else None,
        "unknown": _unknown(world, unknown),
        "unread": _unread(world, unread) if (unread := world.unread.get(facts["organisation_code"])) else None,
        "grids": list(grids(map(_entry, (row for row in rows if row["period_kind"] != "request")), world.titles)),
        "counts": control_chart_pages.counts_in_words(world, one.counts),
        "charts": control_chart_pages.counts_drawn(world, one.counts),
        "requests": _requests(world, [row for row in rows if row["period_kind"] == "request"]),
        "in_part": _in_part(world, [row for row in rows if row.get("parts_missing")]),
        "attempts": _attempts(world, one.attempts) if one.attempts else None,
        "notices": _notices(world, [notice for notice in world.notices if _concerns(notice, facts)]),
        "participation": _participation(world, one.participation),
    }
    trail = (HOME, *_areas(world, facts))
    title = named(facts["organisation_name"], facts["organisation_code"])
    return Page(
        organisation_page(facts["organisation_code"]), "organisation.html.j2", title, trail, content, world.counted_to
    )


def _areas(world: World, facts: Row) -> list[Link]:
    """The way down to it: its PCN where it is in one, else its sub-ICB, else its ICB."""
    for kind in ("pcn", "sub-icb", "icb"):
        code = facts[COLUMN_OF_AREA[kind]]
        if code and (kind, code) in world.area:
            return world.above(kind, code)
    return [Link("Organisations", SEARCH)]


def _facts(world: World, facts: Row) -> Iterator[tuple[str, str, str]]:
    """The summary list: what, value, and the page that it leads to."""
    yield "Code", facts["organisation_code"], ""
    yield "Kind", KIND_WORDS.get(facts["organisation_kind"], facts["organisation_kind"] or "not known"), ""
    if facts["organisation_kind"] == "practice":
        yield "Contract", facts["contract_type"] or "not known", ""
    for kind, column in COLUMN_OF_AREA.items():
        code = facts[column]
        if code:
            page = area_page(kind, code) if (kind, code) in world.area else ""
            yield AREA_KINDS[kind], world.area_name(kind, code).removeprefix(f"{AREA_KINDS[kind]} "), page
    for kind, words in SUPPLIERS.items():
        if facts[f"{kind}_supplier"]:
            yield f"{words} supplier", facts[f"{kind}_supplier"], ""
    if facts["list_size"] is not None:
        yield "Registered patients", f"{facts['list_size']:,}", ""
    for column, words in (("opened_on", "Opened on"), ("closed_on", "Closed on")):
        if facts[column]:
            yield words, day_label(facts[column]), ""
    if facts["successor_code"]:
        yield "Taken over by", facts["successor_code"], ""


def _contacts(contacts: Sequence[Row]) -> Iterator[tuple[str, str, str]]:
    """Whom to ask, as a contacts file names them."""
    for one in contacts:
        words = f"Contact, {one['role']}" if one["role"] else "Contact"
        yield words, ", ".join(filter(None, (one["name"], one["email"], one["phone"]))), ""


def _summary(rows: Sequence[Row]) -> str:
    counts = {status: sum(row["status"] == status for row in rows) for status in TAGS}
    said = (
        f"{number_of(len(rows), 'expected return')}: {counts['received'] + counts['received_late']:,} received "
        f"({counts['received_late']:,} of them late), {counts['not_received']:,} not received, "
        f"{counts['rejected']:,} rejected, {counts['not_known']:,} not known."
    )
    shared = sum(row["status"] in MISSED and row["cause"] in SHARED_CAUSES for row in rows)
    if shared:
        said += (
            f" {shared:,} of what is missing {'is' if shared == 1 else 'are'} part of a supplier-wide or area-wide gap."
        )
    return said


def _missed(world: World, rows: Sequence[Row]) -> Table:
    rows = sorted(rows, key=lambda row: (row["period_start"], row["return_code"]), reverse=True)
    cells = [
        [
            _return(world, row), tag(row["status"]), cause(row["cause"]), day(row["due_on"], "no due date"),
            overdue(row), text(row["last_received_label"] or "none before"),
            text(row["evidence"] or "none"), text(_citation(row)),
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        "Return and period", "Status", "Likely cause", "Due on", "Days overdue", "Last received", "Evidence",
        "Reference",
    )  # fmt: skip
    notes = explained(row["cause"] for row in rows)
    return Table(
        "Not received or rejected, the latest period first", columns, cells, can_be_sorted=len(cells) > 1, notes=notes
    )


def _unread(world: World, rows: Sequence[Row]) -> Table:
    cells = [
        [
            text(world.titles.get(row["return_code"], row["return_code"] or "cannot be read")),
            day(row["period_on"], "cannot be read"),
            text(f"{row['file_name']} row {row['row_number']}"),
            text(f"{row['reason'].replace('_', ' ')} ({row['column_name']})"), text(short(row["row_text"])),
        ]
        for row in rows[:ATTEMPTS_OF_A_PAGE]
    ]  # fmt: skip
    columns = ("Return", "Period from", "File and row", "What is wrong with it", "Text")
    return Table("Rows that could not be read", columns, cells, can_be_sorted=len(cells) > 1)


def _return(world: World, row: Row) -> Cell:
    start = row["period_start"].replace(day=1) if row["period_kind"] == "request" else row["period_start"]
    words = f"{world.titles[row['return_code']]}, {row['period_label']}"
    return link(words, period_page(row["return_code"], start))


def _citation(row: Row) -> str:
    """The reference for its contract; where the contract is not known, or is neither, both."""
    gms, pms = row["gms_reference"] or "", row["pms_reference"] or ""
    if gms == pms:
        return gms
    of_contract = {"GMS": f"GMS {gms}", "PMS": f"PMS {pms}"}
    return of_contract.get(row["contract_type"], f"GMS {gms}; PMS {pms}")


def _unknown(world: World, rows: Sequence[Row]) -> list[str]:
    """By return and cause, in a sentence."""
    key = itemgetter("return_code", "cause")
    said = []
    for (code, why), group in groupby(sorted(rows, key=lambda row: (row["return_code"], row["cause"] or "")), key):
        labels = ", ".join(row["period_label"] for row in group)
        said.append(f"{world.titles[code]}, {labels}: {words_of_cause(why) or 'not known'}")
    return said


def _entry(row: Row) -> Entry:
    status = row["status"]
    mark = TAGS[status]
    if status == Status.NOT_REQUIRED:
        mark = mark + f" {words_of_cause(row['cause'])}"
    return Entry(row["period_kind"], row["return_code"], row["period_start"], row["period_label"], mark)


def _requests(world: World, rows: Sequence[Row]) -> Table | None:
    if not rows:
        return None
    cells = [
        [_return(world, row), text(row["request_id"]), day(row["due_on"], "no due date"), tag(row["status"])]
        for row in sorted(rows, key=lambda row: (row["period_start"], row["request_id"] or ""), reverse=True)
    ]
    return Table("Asked for on request, the latest first", ("Return", "Request", "Due on", "Status"), cells)


def _in_part(world: World, rows: Sequence[Row]) -> Table | None:
    """What was received, and came without a part of it; only where there is any."""
    if not rows:
        return None
    cells = [
        [_return(world, row), text(row["parts_missing"])]
        for row in sorted(rows, key=lambda row: (row["period_start"], row["return_code"]), reverse=True)
    ]
    return Table("Received, but not whole, the latest first", ("Return", "Not in the publication"), cells)


def _attempts(world: World, rows: Sequence[Row]) -> Table:
    total = rows[0]["attempts"]
    cells = [
        [
            Cell(instant(row["submitted_at"])) if row["submitted_at"] else Cell("published data"),
            text(world.titles.get(row["return_code"], row["return_code"])),
            Cell(day_label(row["period_start"]), row["period_start"].isoformat()),
            text(": ".join(filter(None, (WORDS_OF_OUTCOME.get(row["outcome"], row["outcome"]), row["detail"])))),
            number(row["record_count"]),
            text(f"{short(row['file_name'])} row {row['row_number']}"),
        ]
        for row in rows
    ]  # fmt: skip
    more = f"These are the latest. All {total:,} are in the view submission." if total > len(rows) else ""
    columns = ("When (London)", "Return", "Period from", "Outcome", "Records", "File and row")
    return Table("What arrived, the latest first", columns, cells, more=more)


def _notices(world: World, rows: Sequence[Row]) -> Table | None:
    if not rows:
        return None
    cells = [
        [
            text(f"{row['kind']}: {row['reason'] or ''}"),
            text(world.titles.get(row["return_code"], row["return_code"])),
            text(_when(row)), text(f"{row['scope']} {row['scope_value'] or ''}".strip()), text(row["reference"]),
            text(f"{short(row['file_name'])} row {row['row_number']}"),
        ]
        for row in rows
    ]  # fmt: skip
    return Table("Notices", ("Notice", "Return", "For", "Scope", "Reference", "File and row"), cells)


def _when(notice: Row) -> str:
    due = f"; new due date {day_label(notice['new_due_on'])}" if notice["new_due_on"] else ""
    if notice["period_start"]:
        return f"the period from {day_label(notice['period_start'])}{due}"
    return f"{_span(notice)}{due}"


def _span(row: Row) -> str:
    begins = f"from {day_label(row['from_on'])}" if row["from_on"] else ""
    ends = f"to {day_label(row['to_on'])}" if row["to_on"] else ""
    return f"{begins} {ends}".strip() or "without limit"


def _participation(world: World, rows: Sequence[Row]) -> Table | None:
    if not rows:
        return None
    cells = [
        [
            text(world.titles.get(row["return_code"], row["return_code"])), text(row["state"]), text(_span(row)),
            text(f"{short(row['file_name'])} row {row['row_number']}"),
        ]
        for row in rows
    ]  # fmt: skip
    return Table("Participation in collections, as recorded", ("Return", "State", "When", "File and row"), cells)


def _concerns(notice: Row, facts: Mapping[str, Any]) -> bool:
    """Whether a notice is about this organisation, as its facts are now."""
    value = notice["compared_value"]
    if notice["scope"] == "supplier":
        return f";{value};" in (facts["supplier_keys"] or "")
    return {
        "national": True, "icb": value in (facts["icb_code"], facts["icb_now"]),
        "organisation": value == facts["organisation_code"],
    }.get(notice["scope"], False)  # fmt: skip
