"""A log that was refused holds who knows whom: as long as it lies there unread, nobody is said not to have sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from inbox import GOOD, drop, log, log_sheet, nhs_numbers, row, workbook
from memory_store import MemoryStore

from monitor.ingest.unread import unread
from monitor.sources.refused_logs import is_log

ORGANISATIONS = "organisation_code,organisation_name\nA81001,One\nA81002,Two\n"
LOG = log(row(organisation_code="A81002", detail="Café"))
IN_GERMAN = LOG.replace(",", ";")
REFUSED: dict[str, bytes] = {
    "utf-16": LOG.encode("utf-16"),
    "utf-16-be": LOG.encode("utf-16-be"),
    "cp1252": LOG.encode("cp1252"),
    "semicolons": IN_GERMAN.encode(),
    "semicolons in cp1252": IN_GERMAN.encode("cp1252"),
    "tabs": LOG.replace(",", "\t").encode(),
    "unicode text": LOG.replace(",", "\t").encode("utf-16"),
    "a column twice": LOG.replace("detail", "outcome").encode(),
    "patients": log(*(row(organisation_code="A81002", detail=number) for number in nhs_numbers(4))).encode(),
    "two sheets": workbook(log_sheet({"organisation_code": "A81002"}), log_sheet({"organisation_code": "A81003"})),
}
NO_LOGS = {
    "of another kind": ORGANISATIONS.replace(",", ";").encode(),
    "a page": b"<html>organisation_code,return_code,period_start,submitted_at,outcome</html>",
    "a document": b"%PDF-1.7",
    "nothing": b"",
}


@pytest.mark.one_in(10)
@pytest.mark.parametrize("kind", REFUSED)
def test_nobody_is_accused_while_a_refused_log_lies_in_the_inbox(store: MemoryStore, kind: str) -> None:
    drop(store.folder, "organisations.csv", ORGANISATIONS)
    drop(store.folder, "a.csv", log(row(organisation_code="A81009")))
    refused = drop(store.folder, "log.csv", REFUSED[kind])
    for _ in range(2):
        store.load(in_part=True)
    assert standing(store) == ("not_known", "source_incomplete")
    assert [name for name, _ in unread(store.connection)] == ["log.csv"]
    refused.unlink()
    store.load()
    assert standing(store) == ("not_received", "unexplained")


@pytest.mark.parametrize(("name", "is_over"), [("log.xlsx", True), ("april.xlsx", False)])
def test_it_is_over_when_the_log_came_in_another_form(store: MemoryStore, name: str, is_over: bool) -> None:
    drop(store.folder, "log.csv", REFUSED["cp1252"])
    store.load(in_part=True)
    drop(store.folder, name, workbook(log_sheet({"organisation_code": "A81001"})))
    store.load(in_part=True)
    assert (unread(store.connection) == []) == is_over


@pytest.mark.parametrize("kind", [*REFUSED, *NO_LOGS])
def test_a_log_is_known_by_its_headings_however_it_is_written(tmp_path: Path, kind: str) -> None:
    assert is_log(drop(tmp_path, "log.csv", {**REFUSED, **NO_LOGS}[kind])) == (kind in REFUSED)


def test_a_log_is_known_below_lines_of_title_too(tmp_path: Path) -> None:
    assert is_log(drop(tmp_path, "log.csv", b"Submissions \xe9\r\n\r\n" + ";".join(GOOD).encode()))


def standing(store: MemoryStore) -> tuple[str, str]:
    status, cause, _ = store.statuses("workforce", "2025-03-01", "2025-06-01")["A81002"]
    return status, cause
