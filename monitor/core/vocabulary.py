"""The codes of statuses, causes, findings, severities and outcomes, and their words for people: here once, for all.

SQL holds the codes as text; tests/unit/core/test_vocabulary.py sees to it that it holds no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """A code with what people read for it. words: in a cell or within a sentence. why: the rule behind it, in full."""

    words: str
    why: str

    def __new__(cls, code: str, words: str = "", why: str = "") -> Self:
        """A member is its code, so that what comes from SQL can be compared with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.words, member.why = words, why
        return member


class Status(Worded):
    """What became of an expected return. The order is that of tables and lists; `why` names the rule that holds."""

    NOT_REQUIRED = "not_required", "not required", "rule 1: it is not required"
    RECEIVED = (
        "received", "received",
        "rule 2: an accepted or nil submission not after any due date, or published evidence, is there",
    )  # fmt: skip
    RECEIVED_LATE = (
        "received_late", "received late", "rule 2: the first accepted or nil submission came after the due date",
    )  # fmt: skip
    NO_EVENT = (
        "no_event", "no event recorded", "rule 3: it is owed only when something happens, and nothing is recorded",
    )  # fmt: skip
    NO_DUE_DATE = "no_due_date", "without a due date", "rule 4: no rule, request or notice gives it a due date"
    NOT_DUE = "not_due", "not yet due", "rule 5: the day asked about is not after the due date"
    IN_GRACE = "in_grace", "within the grace period", "rule 5: the day asked about is within the grace period"
    NOT_KNOWN = "not_known", "not known", "rule 6: what was loaded does not show it"
    REJECTED = (
        "rejected", "sent, and rejected at the source", "rule 7: an attempt was rejected and nothing was accepted",
    )  # fmt: skip
    NOT_RECEIVED = "not_received", "not received", "rule 8: none of rules 1 to 7 applies"


RECEIVED = (Status.RECEIVED, Status.RECEIVED_LATE)
MISSED = (Status.NOT_RECEIVED, Status.REJECTED)


class Cause(Worded):
    """Why an expected return is not required, not known, or missed; in this order."""

    PAUSED = "paused", "paused by a notice", "a notice pauses the return for this period"
    EXEMPT = "exempt", "exempt by a notice", "a notice exempts the organisation for this period"
    NOT_OPEN = "not_open", "not open at the time", "the organisation was not open when the return was owed"
    CONTRACT_TYPE = "contract_type", "contract type not covered", "the duty does not cover its contract type"
    CLOSING = (
        "closing", "closed on the period's last day",
        "the organisation's last day open is the period's last day, and it sent nothing for it",
    )  # fmt: skip
    DORMANT = "dormant", "dormant in the register", "the register calls it dormant on the period's last day"
    NO_REGISTERED_PATIENTS = (
        "no_registered_patients", "no registered patients",
        "it is not in the list of practices with registered patients nearest to the period's end",
    )  # fmt: skip
    SOURCE_NOT_LOADED = (
        "source_not_loaded", "the source was not loaded",
        "nothing is loaded for this return and period from anyone",
    )  # fmt: skip
    ROW_REJECTED = (
        "row_rejected", "a row about it could not be read",
        "a row of a loaded log names it but could not be read, so it may have been sent",
    )  # fmt: skip
    SOURCE_INCOMPLETE = (
        "source_incomplete", "the loaded file looks incomplete",
        "what is loaded for this period looks incomplete, and the organisation is not in it",
    )  # fmt: skip
    NO_LONGER_PUBLISHED = (
        "no_longer_published", "in the previous publication, not in this one",
        "a publication that does not list everyone showed its data in one of the three periods before, but not now",
    )  # fmt: skip
    SUPPRESSED = (
        "suppressed", "the publication does not show whether it was sent",
        "what was published about the period does not show whether this organisation sent data",
    )  # fmt: skip
    COULD_NOT_CHECK = "could_not_check", "the check could not be run", "the check of this return could not be run"
    KNOWN_INCIDENT = "known_incident", "known incident", "a notice reports an incident"
    SUPPLIER_WIDE = (
        "supplier_wide", "not received from many organisations with the same supplier",
        "it was not received from so many with the same supplier that the supplier is the likely cause",
    )  # fmt: skip
    AREA_WIDE = (
        "area_wide", "not received from many organisations in the same area",
        "it was not received from so many in the same sub-ICB that something in the area is the likely cause",
    )  # fmt: skip
    REJECTED_AT_SOURCE = (
        "rejected_at_source", "sent, and rejected at the source",
        "an attempt was made, and did not pass the source's checks",
    )  # fmt: skip
    SUPPLIER_CHANGED = (
        "supplier_changed", "the supplier changed around that time",
        "its supplier differs between the periods before, at and after the beginning of its absence",
    )  # fmt: skip
    NOT_PARTICIPATING = (
        "not_participating", "not recorded as taking part in the collection",
        "participation in the collection is not recorded as accepted",
    )  # fmt: skip
    STOPPED = (
        "stopped", "the three periods before were received", "its three returns before the absence began were received"
    )  # fmt: skip
    NEVER_RECEIVED = (
        "never_received", "none received so far",
        "four or more of its returns are past due, and none has been received so far",
    )  # fmt: skip
    UNEXPLAINED = "unexplained", "none found", "none of the known explanations holds"


WHY_NOT_KNOWN = (
    Cause.SOURCE_NOT_LOADED, Cause.ROW_REJECTED, Cause.SOURCE_INCOMPLETE, Cause.NO_LONGER_PUBLISHED, Cause.SUPPRESSED,
)  # fmt: skip
# What explains many returns at once, so that nobody need ask each organisation.
SHARED_CAUSES = (Cause.KNOWN_INCIDENT, Cause.SUPPLIER_WIDE, Cause.AREA_WIDE)
CAUSES_OF_MISSED = tuple(Cause)[tuple(Cause).index(Cause.KNOWN_INCIDENT) :]

# What every letter, pack and workbook says of its own words.
NOT_RECEIVED_MEANS = '"Not received" means that no record of it has reached us; it says nothing about the reasons.'
LIKELY_CAUSE_MEANS = "A likely cause is a starting point, not a judgement."

# A special cause on a control chart, by its rule and side (-1 low, 1 high).
WORDS_OF_RULE = {
    ("point_below_limit", -1): "below the lower limit",
    ("point_above_limit", 1): "above the upper limit",
    ("trend", -1): "seven in a row, each lower than the one before",
    ("trend", 1): "seven in a row, each higher than the one before",
    ("two_of_three", -1): "two of three close to the lower limit",
    ("two_of_three", 1): "two of three close to the upper limit",
    ("shift", -1): "seven in a row below the mean",
    ("shift", 1): "seven in a row above the mean",
}


def words_of_cause(code: str | None) -> str:
    """What people read for a cause, or for the rule by which a count is low; empty where there is none."""
    if code in tuple(Cause):
        return Cause(code).words
    return WORDS_OF_RULE.get((code or "", -1), (code or "").replace("_", " "))


CAUSE_IN_A_CELL: Mapping[str, str] = {
    Cause.SOURCE_NOT_LOADED: "not loaded", Cause.ROW_REJECTED: "row not read",
    Cause.SOURCE_INCOMPLETE: "file incomplete", Cause.NO_LONGER_PUBLISHED: "no longer published",
    Cause.SUPPRESSED: "cannot tell", Cause.COULD_NOT_CHECK: "not checked", Cause.KNOWN_INCIDENT: "known incident",
    Cause.SUPPLIER_WIDE: "supplier-wide gap", Cause.AREA_WIDE: "area-wide gap",
    Cause.REJECTED_AT_SOURCE: "rejected at the source", Cause.SUPPLIER_CHANGED: "supplier changed",
    Cause.NOT_PARTICIPATING: "not in the collection", Cause.STOPPED: "received before",
    Cause.NEVER_RECEIVED: "never received", Cause.UNEXPLAINED: "none found",
}  # fmt: skip


def cause_in_a_cell(code: str | None) -> str:
    """A cause in two or three words, for a cell or the end of a line; empty where there is none."""
    return CAUSE_IN_A_CELL.get(code or "", words_of_cause(code))


class FindingKind(Worded):
    """What a finding is about."""

    MISSING_RETURN = "missing_return", "not received, one organisation"
    LATE_RETURN = "late_return", "received late"
    SUPPLIER_GAP = "supplier_gap", "supplier-wide gap"
    AREA_GAP = "area_gap", "area-wide gap"
    SOURCE_NOT_LOADED = "source_not_loaded", f"not known: {Cause.SOURCE_NOT_LOADED.words}"
    SOURCE_INCOMPLETE = "source_incomplete", f"not known: {Cause.SOURCE_INCOMPLETE.words}"
    NO_LONGER_PUBLISHED = "no_longer_published", f"not known: {Cause.NO_LONGER_PUBLISHED.words}"
    SUPPRESSED = "suppressed", f"not known: {Cause.SUPPRESSED.words}"
    COULD_NOT_CHECK = "could_not_check", "could not be checked"
    UNEXPECTED_ROW = "unexpected_row", "received, with unexpected values"
    EXPECTATION_NOT_MET = "expectation_not_met", "an expectation about a whole return is not met"
    PARTS_MISSING = "parts_missing", "received in part"
    LOW_VOLUME = "low_volume", "fewer records than usual"
    ROW_REJECTED = "row_rejected", "rows that could not be read"


GAPS = (FindingKind.SUPPLIER_GAP, FindingKind.AREA_GAP)
DUE_SOON = "due_soon"  # what a message can hold beside findings


class Severity(StrEnum):
    """How grave a finding is, the gravest first."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Audience(StrEnum):
    """Who reads a letter: who looks after practices, or who looks after the data."""

    MANAGER = "manager"
    DATA_TEAM = "data_team"


class Outcome(StrEnum):
    """What came of one submission."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NIL = "nil"


class VerdictState(StrEnum):
    """What became of one expectation of a suite."""

    MET = "met"
    NOT_MET = "not_met"
    NOTHING_EXPECTED = "nothing_expected"
    COULD_NOT_CHECK = "could_not_check"
    NOT_JUDGED = "not_judged"  # by who only counts: a question of what would be


# Why a row was rejected, where the code itself is not the best of words; the count of rows stands behind them.
WORDS_OF_REJECTION = {
    "period_not_of_return": "not a period of the return",
    "before_period": "submitted long before the period",
}
MOST_REASONS = 3


def words_of_rejections(rows: Mapping[str, int], column: str | None = None) -> str:
    """Say why rows were rejected, in at most three parts: missing value (8), bad date (4), others (3).

    rows: how many for each reason, the most first. column: of the first row, which is said where it is the only one.
    """
    if sum(rows.values()) == 1:
        return next(iter(rows)).replace("_", " ") + (f" ({column})" if column else "")
    shown = list(rows.items()) if len(rows) <= MOST_REASONS else list(rows.items())[: MOST_REASONS - 1]
    others = sum(rows.values()) - sum(count for _, count in shown)
    said = [(count, WORDS_OF_REJECTION.get(reason, reason.replace("_", " "))) for reason, count in shown]
    if len(said) == 1 and not others:
        return said[0][1]
    return ", ".join(
        [*(f"{words} ({count:,})" for count, words in said), *([f"others ({others:,})"] if others else [])]
    )
