"""What the annex of a pack says, from rows made up: what is missing and on what that rests; nobody is judged."""

from __future__ import annotations

import pytest
from packs import all_texts, made, section, tables

from monitor.report.pack.blocks import Facts, Pack
from monitor.report.pack.phrases import regulation

GMS = "National Health Service (General Medical Services Contracts) Regulations 2015: regulation 1"
PMS = "National Health Service (Personal Medical Services Agreements) Regulations 2015: regulation 2"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return made()


def test_a_missed_return_has_its_status_evidence_and_neighbours(pack: Pack) -> None:
    asked_about = section(pack, "Returns that the letter asks about").sections
    workforce = asked_about[-1]
    missed, evidence = tables((workforce,))
    assert workforce.title == "GP practice workforce (NWRS)"
    assert missed.rows == (
        (
            "September 2025",
            "Sunday 28 September 2025 (by convention; not set in writing)",
            "61",
            "not received",
            "0",
            "received before: its three returns before the absence began were received",
        ),
    )
    assert evidence.rows == (
        ("August 2025", "received, 27 August 2025", "log.csv row 8"),
        ("September 2025", "nothing from this organisation; something from others is loaded for the same period", ""),
        ("October 2025", "not yet due", ""),
    )
    facts = next(block for block in workforce.blocks if isinstance(block, Facts)).rows
    assert (facts[0][1], facts[1][1]) == (GMS, "NHS England, PRN01459 paragraph 20")


def test_a_rejected_attempt_is_shown_with_the_reason_of_its_source(pack: Pack) -> None:
    texts = all_texts(pack)
    assert 'sent 20 September 2025 at 10:00: rejected; the source says: "Did not pass validation"' in texts


def test_a_request_is_shown_with_its_subject_and_without_what_others_sent(pack: Pack) -> None:
    (evidence,) = [table for table in tables(pack.sections) if ("September 2025", "nothing from this organisation", "")
                   in table.rows]  # fmt: skip
    assert evidence.rows[0] == ("September 2025", 'asked for on 2 September 2025: "A list"', "others.csv row 5")


def test_nothing_is_asked_where_others_are_without_it_as_well(pack: Pack) -> None:
    table, evidence = tables((section(pack, "Not received, and nothing is asked"),))
    assert [(row[0], row[3]) for row in table.rows] == [
        ("Telephony, September 2025", "supplier Curlew Voice: not received from 18 of 18 organisations")
    ]
    assert evidence.rows == (
        ("September 2025", "nothing from this organisation; something from others is loaded for the same period", ""),
    )
    assert "Telephony" not in {below.title for below in section(pack, "Returns that the letter asks about").sections}


def test_participation_is_reported_as_what_is_recorded_and_nothing_more(pack: Pack) -> None:
    assert "declined, from 30 November 2025 (others.csv row 5)" in all_texts(pack)


@pytest.mark.parametrize(
    ("contract_type", "expected"),
    [
        ("GMS", GMS),
        ("PMS", PMS),
        (None, f"the contract type is not known; for GMS, {GMS}; for PMS, {PMS}"),
        (
            "APMS",
            "APMS contracts are made under separate directions, which were not read; "
            f"for GMS, {GMS}; for PMS, {PMS}",
        ),
    ],
)  # fmt: skip
def test_the_regulation_is_that_of_the_contract_type(contract_type: str | None, expected: str) -> None:
    row = {"contract_type": contract_type, "gms_reference": "regulation 1", "pms_reference": "regulation 2"}
    assert regulation(row) == expected
