"""The returns that a letter asks about, one section each: not received, and no shared gap explains it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from monitor.core.vocabulary import MISSED, SHARED_CAUSES, Cause, Status, cause_in_a_cell
from monitor.report.pack.blocks import Block, Bullets, Facts, Section, Table
from monitor.report.pack.gathering import Detail, Gathered, Row
from monitor.report.pack.phrases import Places, attempt, due, held, regulation
from monitor.returns.catalogue import MandatoryReturn
from monitor.returns.periods import day_label

EVIDENCE = "What we hold, and where it is recorded"


def to_talk_about(gathered: Gathered) -> list[Row]:
    """The missed returns that no shared gap explains."""
    return [row for row in gathered.returns if row["status"] in MISSED and row["cause"] not in SHARED_CAUSES]


def sections(gathered: Gathered, catalogue: Mapping[str, MandatoryReturn], places: Places) -> Iterator[Section]:
    """One section for each return, in the order of their titles."""
    for code, rows in groupby(to_talk_about(gathered), key=lambda row: row["return_code"]):
        yield _of_return(gathered, catalogue[code], list(rows), places)


def _of_return(gathered: Gathered, definition: MandatoryReturn, missed: Sequence[Row], places: Places) -> Section:
    return Section(
        definition.title,
        (
            _missed_table(missed),
            evidence_table(gathered, missed, places),
            *_of_participation(gathered, definition, missed, places),
            *_rule(definition, missed),
        ),
    )


def _missed_table(missed: Sequence[Row]) -> Table:
    rows = tuple(
        (
            row["period_label"] + (f", request {row['request_id']}" if row["request_id"] else ""),
            due(row),
            f"{row['days_overdue']:,}" if row["days_overdue"] is not None else "",
            Status(row["status"]).words,
            f"{row['attempts']:,}",
            f"{cause_in_a_cell(row['cause'])}: {Cause(row['cause']).why}",
        )
        for row in missed
    )
    columns = ("Period", "Due", "Days overdue", "Status", "Attempts", "Likely cause")
    return Table("What is not received", columns, rows, (14, 24, 11, 13, 11, 27))


def evidence_table(gathered: Gathered, missed: Sequence[Row], places: Places) -> Table:
    """For each missed return what arrived, its notices and its request; and the periods just before and just after."""
    rows: list[tuple[str, str, str]] = []
    for code in dict.fromkeys(row["return_code"] for row in missed):
        of_return = [row for row in missed if row["return_code"] == code]
        rows += _evidence(gathered, of_return, places)
    return Table(EVIDENCE, ("Period", "What we hold", "File and row"), tuple(rows), (17, 43, 40))


def _evidence(gathered: Gathered, missed: Sequence[Row], places: Places) -> Iterator[tuple[str, str, str]]:
    same = [row for row in gathered.returns if row["return_code"] == missed[0]["return_code"]]
    missed_ids = {row["expected_id"] for row in missed}
    beside = set() if missed[0]["kind"] == "on_request" else _beside(same, missed_ids)
    for place, row in enumerate(same):
        if row["expected_id"] in missed_ids:
            yield from _of_missed(row, gathered, places)
        elif place in beside:
            yield row["period_label"], held(row), places.of_evidence(row)


def _beside(same: Sequence[Row], missed_ids: set[int]) -> set[int]:
    """Where the periods just before and just after missed ones stand."""
    missed = {place for place, row in enumerate(same) if row["expected_id"] in missed_ids}
    return {place + step for place in missed for step in (-1, 1)} - missed


def _of_missed(row: Row, gathered: Gathered, places: Places) -> Iterator[tuple[str, str, str]]:
    label, detail = row["period_label"], gathered.details[row["expected_id"]]
    request = gathered.requests.get(row["request_id"] or "")
    if request:
        subject = f': "{request["subject"]}"' if request["subject"] else ""
        yield label, f"asked for on {day_label(request['requested_on'])}{subject}", places.of(request)
    for submission in detail.submissions:
        yield label, attempt(submission), places.of(submission)
    if not detail.submissions:
        yield label, "nothing from this organisation" + _from_others(row), ""
    yield from _notices(label, detail, places)


def _from_others(row: Row) -> str:
    if row["kind"] == "on_request":
        return ""
    others = "something from others is" if row["is_source_loaded"] else "nothing from others is"
    return f"; {others} loaded for the same period"


def _notices(label: str, detail: Detail, places: Places) -> Iterator[tuple[str, str, str]]:
    for notice in detail.notices:
        reference = f" ({notice['reference']})" if notice["reference"] else ""
        yield label, f"notice, {notice['kind']}: {notice['reason']}{reference}", places.of(notice)


def _of_participation(
    gathered: Gathered, definition: MandatoryReturn, missed: Sequence[Row], places: Places
) -> Iterator[Block]:
    """What is recorded of taking part in the collection, where that is a likely cause."""
    if all(row["cause"] != Cause.NOT_PARTICIPATING for row in missed):
        return
    recorded = tuple(
        f"{row['state']}, from {day_label(row['from_on'])} ({places.of(row)})"
        for row in gathered.participation
        if row["return_code"] == definition.code
    )
    yield Bullets("What is recorded of its participation in this collection:", recorded or ("nothing",))


def _rule(definition: MandatoryReturn, missed: Sequence[Row]) -> Iterator[Block]:
    references = tuple(dict.fromkeys(map(regulation, missed)))
    law = definition.law_on(max(row.get("period_end", row["period_start"]) for row in missed))
    yield Facts(
        (
            ("Regulation", "; ".join(references), ""),
            ("Guidance", f"NHS England, {law.guidance}", ""),
            ("What it asks", law.demand, ""),
            ("Basis of the due date", definition.calendar.basis_note, ""),
        )
    )
    if law.unverified:
        yield Bullets("Not yet verified about this rule:", tuple(law.unverified))
