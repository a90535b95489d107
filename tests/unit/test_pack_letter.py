"""The letter of a pack: two pages, addressed and dated, and nothing in it of files or of what was not verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import needs_chromium, opened
from packs import AS_OF, all_texts, gathered, letter, made, returned, section, tables

from monitor.report.pack.as_html import as_html
from monitor.report.pack.blocks import FillIn, Pack, Text
from monitor.report.pack.gathering import Gathered
from monitor.report.pack.letter import LINES_OF_A_PAGE, PAGES, letter_of, lines_of
from monitor.returns.catalogue import load_catalogue

CATALOGUE = load_catalogue(None)
NEVER = re.compile(r"not read|not verified|unverified|SHA-256|\.csv|\brow \d|\bload", re.IGNORECASE)


def outstanding(**values: Any) -> Gathered:
    """A practice that has sent nothing of any return for two months, each with its own law."""
    rows = []
    for number, (code, definition) in enumerate(CATALOGUE.items()):
        law = definition.law_on(date(2025, 9, 1))
        given = {"gms_reference": law.gms, "pms_reference": law.pms, "cause": "unexplained", **values}
        rows += [
            {**returned(code, definition.title, month, "not_received", **given), "expected_id": 10 * number + month}
            for month in (8, 9)
        ]
    return replace(gathered(), returns=tuple(rows))


def test_it_is_addressed_and_dated_and_says_of_which_day_it_is() -> None:
    pack = letter_of(gathered(), CATALOGUE, None, date(2025, 12, 3))
    assert pack.addressee == ("The practice manager", "Hill Street Surgery (Z98001)")
    assert (pack.dated, pack.as_of, pack.mark) == ("3 December 2025", "30 November 2025", "")
    assert pack.lead.lines[0].startswith("This is what had reached us by ")  # the day stands above it


def test_each_return_that_is_outstanding_is_a_row_with_since_when_and_how_it_is_sent() -> None:
    (table,) = tables((section(letter(), "What is outstanding"),))
    assert table.rows[0] == (
        "Appointments", "September 2025 (sent, and rejected at the source)", "28 September 2025 (61 days overdue)",
        "by the GP system supplier, weekly",
    )  # fmt: skip
    assert [row[0] for row in table.rows] == ["Appointments", "Online", "Request", "Workforce"]
    assert table.rows[2][1] == "September 2025, request R-1"


PERIODS = {
    (9,): "September 2025",
    (8, 9): "August 2025 and September 2025",
    (8, 9, 10): "3 periods, from August 2025 to October 2025",
}


@pytest.mark.parametrize(("months", "said"), PERIODS.items())
def test_periods_of_a_return_are_said_together(months: tuple[int, ...], said: str) -> None:
    rows = [
        {**returned("workforce", "Workforce", month, "not_received", cause="stopped"), "expected_id": month}
        for month in months
    ]
    pack = letter_of(replace(gathered(), returns=tuple(rows)), CATALOGUE, None, AS_OF)
    assert tables(pack.sections)[0].rows[0][1] == said


def test_what_others_share_and_what_is_not_known_is_named_and_not_asked_for() -> None:
    (shared,) = section(letter(), "Nothing is asked of you").blocks
    (unknown,) = section(letter(), "What we do not know").blocks
    assert isinstance(shared, Text)
    assert isinstance(unknown, Text)
    assert shared.text.endswith("Telephony (September 2025).")
    assert unknown.text.endswith("Audit (September 2025).")


def test_where_nothing_is_outstanding_it_says_so_and_asks_nothing() -> None:
    received = tuple(row for row in gathered().returns if row["status"] == "received")
    pack = letter_of(replace(gathered(), returns=received), CATALOGUE, None, AS_OF)
    assert pack.title == "Data returns: nothing is outstanding"
    assert [one.title for one in pack.sections] == [
        "What is outstanding", "Who to reply to, and how to correct our record",
    ]  # fmt: skip


def test_whom_to_answer_is_where_replies_go_else_a_line_to_fill_in() -> None:
    place = "Who to reply to, and how to correct our record"
    assert section(letter(), place).blocks[0] == FillIn("Please reply to")
    assert section(letter("us@example.nhs.uk"), place).blocks[0] == Text("Please reply to us@example.nhs.uk (QZ9).")


LAWS = {
    "GMS": "National Health Service (General Medical Services Contracts) Regulations 2015. ",
    "PMS": "National Health Service (Personal Medical Services Agreements) Regulations 2015. ",
    "APMS": "For GMS and PMS; yours is APMS. ",
    None: "We do not know your contract type. ",
}


@pytest.mark.parametrize(("contract_type", "law"), LAWS.items())
def test_the_regulation_is_that_of_the_contract_and_no_text_says_what_was_not_read(
    contract_type: str | None, law: str
) -> None:
    pack = letter_of(outstanding(contract_type=contract_type), CATALOGUE, "us@example.nhs.uk", AS_OF)
    duty = [block.text for block in section(pack, "Regulations").blocks if isinstance(block, Text)]
    assert any(text.startswith(law) and "GP practice workforce (NWRS): " in text for text in duty)
    assert [text for text in all_texts(pack) if NEVER.search(text)] == []
    assert [text for text in all_texts(made()) if NEVER.search(text)] != []  # there it stands


def letters() -> Iterator[Any]:
    """Letters, each with the titles of what is outstanding."""
    long = "The Upper Brindle, Lower Brindle and Saint Bartholomew Partnership Surgery"
    for contract_type in ("GMS", None):
        everything = outstanding(contract_type=contract_type, supplier=long)
        named = replace(
            everything, organisation={**everything.organisation, "organisation_name": long, "icb_name": long}
        )
        titles = [definition.title for definition in CATALOGUE.values()]
        yield pytest.param(letter_of(named, CATALOGUE, "us@example.nhs.uk", AS_OF), titles, id=f"all, {contract_type}")
    yield pytest.param(letter(), ["Appointments", "Online", "Request", "Workforce"], id="some")


@pytest.mark.one_in(3)
@needs_chromium
@pytest.mark.parametrize(("pack", "titles"), list(letters()))
def test_it_is_two_pages_at_most_and_leaves_out_no_return(pack: Pack, titles: list[str], tmp_path: Path) -> None:
    said = "\n".join(all_texts(Pack(pack.title, "", "", pack.lead, (section(pack, "What is outstanding"),))))
    assert [title for title in titles if title not in said] == []
    assert lines_of(pack) <= PAGES * LINES_OF_A_PAGE
    file = tmp_path / "letter.html"
    file.write_text(as_html(pack), encoding="utf-8")
    with opened(file, 1100) as page:
        pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 1 <= len(pages) <= PAGES
