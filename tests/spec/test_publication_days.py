"""The due days of publications are those checked by hand, and rest on the days that were seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from memory_store import MemoryStore

from monitor.returns.periods import period_starting
from monitor.returns.publications import publications

LINES = Path(__file__).with_name("publication_days.txt").read_text(encoding="utf-8").splitlines()
TABLE = [[cell.strip() for cell in line.split("|")] for line in LINES if "|" in line and not line.startswith("#")]
BY_SOURCE = {source: publication for publication in publications() for source in publication.sources}


@pytest.mark.parametrize(("source", "start", "due", "why"), TABLE)
def test_a_publication_is_due_when_the_table_says(source: str, start: str, due: str, why: str) -> None:
    publication = BY_SOURCE[source]
    due_on = publication.due_on(period_starting(publication.period, date.fromisoformat(start)))
    assert str(due_on or "not known") == due
    assert (due == "not known") == publication.basis().startswith("not known")


def test_what_a_day_rests_on_is_counted_from_what_was_seen() -> None:
    assert "10 of 12 editions seen came by then" in BY_SOURCE["online_consultation"].basis()
    assert "2 of 2 editions seen came by then" in BY_SOURCE["workforce_detailed"].basis()


def test_every_publication_that_is_read_as_evidence_has_its_line(store: MemoryStore) -> None:
    read = {source for (source,) in store.rows("SELECT source FROM data.published_source")}
    assert read <= BY_SOURCE.keys() == {line[0] for line in TABLE} | {"telephony_participation"}
