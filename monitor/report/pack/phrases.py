"""How a pack words dates, places in files, regulations and what was received. Pure; no word of it judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from monitor.core.text import number
from monitor.core.vocabulary import RECEIVED, Status
from monitor.report.pack.gathering import Row
from monitor.returns.periods import day_and_weekday, day_label

GMS = "National Health Service (General Medical Services Contracts) Regulations 2015"
PMS = "National Health Service (Personal Medical Services Agreements) Regulations 2015"
BASIS = {
    "statute": "set by law",
    "agreed": "agreed, or taken to be agreed",
    "notified": "notified by the organisation that collects it",
    "convention": "by convention; not set in writing",
}
LONGEST_TITLE = 60


class Places:
    """Names places in files as `monitor explain` does, by file and row; keeps which files it named."""

    def __init__(self, files: Mapping[int, Row]) -> None:
        self._files = files
        self._names = Counter(row["file_name"] for row in files.values())
        self._named: set[int] = set()

    def of(self, row: Row, file_id: str = "file_id", row_number: str = "row_number") -> str:
        """The place that a row is from; blank where it is from none."""
        file = self._files.get(row[file_id])
        if file is None:
            return ""
        self._named.add(row[file_id])
        which = f" (SHA-256 {file['sha256'][:8]}…)" if self._names[file["file_name"]] > 1 else ""
        return f"{file['file_name']} row {row[row_number]}{which}"

    def named(self) -> list[Row]:
        """The files that were named so far."""
        return [row for file_id, row in self._files.items() if file_id in self._named]

    def of_evidence(self, row: Row) -> str:
        """The place of the submission or publication that decides a return."""
        return self.of(row, "evidence_file_id", "evidence_row_number")


def due(row: Row) -> str:
    """When a return is due, and what that rests on."""
    if row["due_on"] is None:
        return "no due date"
    moved = row["original_due_on"] != row["due_on"]
    before = f"; before an extension: {day_label(row['original_due_on'])}" if moved and row["original_due_on"] else ""
    return f"{day_and_weekday(row['due_on'])} ({BASIS.get(row['due_basis'], row['due_basis'])}{before})"


def held(row: Row) -> str:
    """What we hold of a return, in a few words."""
    words = Status(row["status"]).words
    if row["status"] == Status.RECEIVED_LATE:
        words += f", {number(row['days_late'], 'day')} after it was due"
    if row["status"] in RECEIVED:
        words += f", {day_label(row['received_on'])}" if row["received_on"] else ", in published figures"
    return words


def records(row: Row) -> str:
    """How many records, where that is stated."""
    return f"{row['record_count']:,}" if row["record_count"] is not None else ""


def attempt(submission: Row) -> str:
    """One attempt with its instant in London, or one statement of a publication, as the source has it."""
    detail = f'; the source says: "{submission["detail"]}"' if submission["detail"] else ""
    count = f", {submission['record_count']:,} records" if submission["record_count"] is not None else ""
    if submission["source"] is None:
        at = datetime.fromisoformat(submission["submitted_at"])
        return f"sent {day_label(at.date())} at {at:%H:%M}: {submission['outcome']}{count}{detail}"
    publication = submission["source"].replace("_", " ")
    edition = f", edition of {day_label(submission['edition_on'])}" if submission["edition_on"] else ""
    return f"published ({publication}{edition}): {submission['outcome']}{count}{detail}; {submission['standing']}"


def regulation(row: Row) -> str:
    """The exact reference for the contract type on the period's last day; both where that is not known."""
    gms, pms = str(row["gms_reference"]), str(row["pms_reference"])
    if gms == pms:
        return gms
    of = {"GMS": f"{GMS}: {gms}", "PMS": f"{PMS}: {pms}"}
    if row["contract_type"] in of:
        return of[row["contract_type"]]
    both = f"for GMS, {of['GMS']}; for PMS, {of['PMS']}"
    if row["contract_type"] is None:
        return f"the contract type is not known; {both}"
    return f"{row['contract_type']} contracts are made under separate directions, which were not read; {both}"


def instant(at: datetime | None) -> str:
    """An instant, by London's clocks."""
    return f"{day_label(at.date())}, {at:%H:%M}" if at else "never"


def span(first: date | None, last: date | None) -> str:
    """From when to when, open ends in words."""
    ends = (f"from {day_label(first)}" if first else "", f"to {day_label(last)}" if last else "")
    return " ".join(filter(None, ends)) or "no first or last day is known"


def filled(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values that are known."""
    return ((name, value) for name, value in values.items() if value not in (None, ""))
