"""The codes that SQL holds are those of the vocabulary; and every code has words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import monitor
from monitor.core.vocabulary import (
    DUE_SOON,
    MISSED,
    RECEIVED,
    WORDS_OF_RULE,
    Cause,
    FindingKind,
    Outcome,
    Severity,
    Status,
    VerdictState,
)  # fmt: skip
from monitor.core.vocabulary import words_of_cause as words

SQL_FILES = sorted(Path(monitor.__file__).parent.rglob("*.sql"))
JOB_STATES = {"running", "done", "done_in_part", "stopped", "cut_short", "left_out"}
STATES_OF_FILES = {"loaded", "refused"}
STATES_OF_PARTICIPATION = {"accepted", "pending", "declined", "withdrawn"}
STATES_OF_ALERTS = {"planned", "sent", "written", "undeliverable"}
KINDS_OF_NOTICES = {"paused", "exempt", "extended", "incident"}
KINDS_OF_RETURNS = {"periodic", "on_request", "event", "declaration"}
KINDS_OF_PERIODS = {"month", "quarter", "contract_year"}
KINDS_OF_AREAS = {"icb", "sub-icb", "pcn", ""}
OTHER_KINDS = {"file", "check", "submissions", "supplier"}  # of the ledger, unmatched rows, facts in files
OUTCOMES_OF_DELIVERY = {"accepted", "written", "deferred", "refused", "asked_again", "withdrawn", "begun"}
STATUSES_OF_EPRACCUR = {"A", "ACTIVE", "D", "DORMANT", "P", "PROPOSED"}
OUTCOMES_OF_EVIDENCE = {"absent", "suppressed", "evidence"}
OUTCOMES_OF_PERIODS = {*RECEIVED, *MISSED, Status.NOT_KNOWN, "other"}  # what pages count together
# What stands beside the vocabulary's own codes in a column of the name.
CODES = {
    "status": {*Status, *STATUSES_OF_EPRACCUR},
    "cause": {*Cause, "point_below_limit", "trend", "two_of_three", "shift"},
    "kind": {
        *FindingKind,
        *KINDS_OF_NOTICES,
        *KINDS_OF_RETURNS,
        *KINDS_OF_PERIODS,
        *KINDS_OF_AREAS,
        *OTHER_KINDS,
        DUE_SOON,
    },
    "gap_kind": {*FindingKind},
    "finding": {*FindingKind},
    "severity": {*Severity},
    "outcome": {*Outcome, *OUTCOMES_OF_DELIVERY, *OUTCOMES_OF_EVIDENCE, *OUTCOMES_OF_PERIODS},
    "state": {*VerdictState, *JOB_STATES, *STATES_OF_FILES, *STATES_OF_PARTICIPATION, *STATES_OF_ALERTS},
}
TEXT = r"'([^']*)'"
COMPARED = re.compile(rf"\b({'|'.join(CODES)})\s*(?:=|<>)\s*{TEXT}")
AMONG = re.compile(rf"\b({'|'.join(CODES)})\s+(?:NOT\s+)?IN\s*\(([^()]*'[^()]*)\)")
GIVEN = re.compile(rf"{TEXT}\s+AS\s+({'|'.join(CODES)})\b")


def codes_in(sql: str) -> set[tuple[str, str]]:
    """The column and the code of every comparison and every constant that is given such a name."""
    text = re.sub(r"--.*", "", sql)
    found = {(column, code) for column, code in COMPARED.findall(text)}
    found |= {(column, code) for column, listed in AMONG.findall(text) for code in re.findall(TEXT, listed)}
    return found | {(column, code) for code, column in GIVEN.findall(text)}


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_sql_holds_no_code_that_the_vocabulary_has_not(file: Path) -> None:
    found = codes_in(file.read_text(encoding="utf-8"))
    assert {(column, code) for column, code in found if code not in CODES[column]} == set()


def test_a_code_that_is_misspelt_would_be_found() -> None:
    sql = "SELECT 'recieved' AS status WHERE cause = 'stoped' AND s.status NOT IN ('not_due', 'in_grease')"
    assert codes_in(sql) - {("status", "not_due")} == {
        ("status", "recieved"), ("cause", "stoped"), ("status", "in_grease"),
    }  # fmt: skip


def test_every_status_cause_and_kind_has_words() -> None:
    assert all(one.words and "_" not in one.words for one in (*Status, *Cause, *FindingKind))
    assert all(one.why and "_" not in one.why for one in (*Status, *Cause))


def test_a_rule_by_which_a_count_is_low_has_words_too() -> None:
    assert words("trend") == WORDS_OF_RULE["trend", -1]
    assert (words(None), words("of_a_later_version")) == ("", "of a later version")
