"""How one finding is worded in a message: who, what, since when, why. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.alerts.policy import CHANGED, RESOLVED
from monitor.core.text import LONGEST_NAME, number, short
from monitor.core.vocabulary import (
    DUE_SOON,
    GAPS,
    SHARED_CAUSES,
    FindingKind,
    Status,
    words_of_cause,
    words_of_rejections,
)
from monitor.returns.periods import day_and_weekday, day_label

Facts = Mapping[str, Any]

SHORT = FindingKind.SOURCE_INCOMPLETE
NOT_LOADED, NO_LONGER = FindingKind.SOURCE_NOT_LOADED, FindingKind.NO_LONGER_PUBLISHED
NOT_KNOWN = (NOT_LOADED, SHORT, FindingKind.SUPPRESSED)
MISSED, UNEXPECTED, LATE = FindingKind.MISSING_RETURN, FindingKind.UNEXPECTED_ROW, FindingKind.LATE_RETURN
NOT_MET, IN_PART = FindingKind.EXPECTATION_NOT_MET, FindingKind.PARTS_MISSING
COULD_NOT_CHECK, LOW = FindingKind.COULD_NOT_CHECK, FindingKind.LOW_VOLUME
UNREAD = FindingKind.ROW_REJECTED
DECIDE_WHAT_IS_OWED = ("opened_on", "closed_on", "contract_type")  # in a register

WORDS_OF_REASON = {
    "false_alarm": "false alarm",
    "agreed_extension": "agreed extension",
    "organisation_closed": "organisation closed",
    "received_elsewhere": "evidence received elsewhere",
    "other": "other reason",
}


UNITS = {"month": "month", "quarter": "quarter", "contract_year": "year"}


@dataclass(frozen=True)
class Line:
    """One row of the table: a finding. before: what came last before it."""

    who: str
    what: str
    due: str
    overdue: str
    last_attempt: str
    cause: str
    regulation: str
    reference: str
    before: str = ""


def line_of(one: Facts, as_of: date) -> Line:
    """The row of a finding."""
    return Line(
        who=who(one),
        what=said_of(one),
        due=_due(one),
        overdue=_overdue(one, as_of),
        last_attempt=_last_attempt(one),
        cause=what_became_of_it(one) if one["reason"] == RESOLVED else _cause(one),
        regulation=regulation(one),
        reference="" if one["kind"] == DUE_SOON else one["item_id"],
        before=_before(one),
    )


def _due(one: Facts) -> str:
    if one["kind"] == UNREAD:
        return ""
    return day_and_weekday(one["due_on"]) if one["due_on"] else "no due date"


def said_of(one: Facts) -> str:
    """The return, and what is so about it: of an absence since when, and for how many periods."""
    kind, lasting = one["kind"], since(one)
    if one["reason"] == RESOLVED:
        return f"{title(one)}, {lasting}" if lasting else what(one)
    if kind == LOW:
        return f"{what(one)}: {_fewer_than_usual(one)}"
    if kind == LATE:
        return f"{what(one)}, received late"
    if kind == IN_PART:
        return f"{title(one)} received without {one['parts_missing'] or 'a part of it'} {lasting or for_what(one)}"
    if kind == MISSED:
        return f"{title(one)} not received {lasting or for_what(one)}"
    if kind == NOT_LOADED:
        return f"{title(one)}, no data loaded {lasting or for_what(one)}"
    if kind == NO_LONGER:
        return f"{title(one)} no longer in the publication {lasting or for_what(one)}"
    if kind == UNREAD:
        return ": ".join(filter(None, [title(one), _why_unread(one)]))
    return what(one)


def _why_unread(one: Facts) -> str:
    """Why rows could not be read, how many for each reason, and for how many organisations nothing is known for it."""
    column = short(one["unread_column"] or "", LONGEST_NAME)
    why = words_of_rejections(one["unread_reasons"], column) if one["unread_rows"] else ""
    held = f"{number(one['organisations'], 'organisation')} not known because of it" if one["organisations"] else ""
    return ", ".join(filter(None, [why, held]))


def since(one: Facts) -> str:
    """Of what lasts: since when, and for how many of its periods."""
    if (one["periods"] or 1) == 1 or not one["period_label"]:
        return ""
    return f"since {one['period_label']}, {number(one['periods'], UNITS.get(one['period_kind'], 'period'))}"


def for_what(one: Facts) -> str:
    """The period of a return, or the request, as it stands after a verb: for December 2024."""
    if one["period_label"] and one["period_kind"] != "request":
        return f"for {one['period_label']}"
    return f"for the request of {day_label(one['period_start'])}" if one["period_start"] else ""


def _before(one: Facts) -> str:
    if one["kind"] != MISSED or one["reason"] == RESOLVED:
        return ""
    if one["last_received_on"]:
        return f"last received {day_label(one['last_received_on'])}"
    return f"last received for {one['last_received_label']}" if one["last_received_label"] else ""


def who(one: Facts) -> str:
    """The organisation, the supplier or the area; for how many, where it is not one."""
    if one["kind"] == DUE_SOON:
        return "all who have not sent it yet"
    organisations = number(one["organisations"] or 0, "organisation")
    if one["kind"] == UNREAD:
        return unread_rows(one)
    if one["kind"] in GAPS:
        return f"{gap_name(one)}, {organisations}"
    if not one["organisation_code"]:
        return organisations
    named, name = organisation(one), short(one["organisation_name"] or "", LONGEST_NAME)
    place = short(one["pcn_name"] or one["pcn_code"] or one["sub_icb_code"] or "", LONGEST_NAME)
    return f"{named}, {place}" if place and place != name else named


def organisation(one: Facts) -> str:
    """The name and code of the organisation that it is about; of several, how many."""
    name, code = short(one["organisation_name"] or "", LONGEST_NAME), one["organisation_code"]
    if not code:
        return number(one["organisations"] or 0, "organisation")
    return f"{name} ({code})" if name else str(code)


def unread_rows(one: Facts) -> str:
    """Which rows of which file could not be read."""
    file = short(one["found_by"] or "", LONGEST_NAME)
    if not one["unread_rows"]:  # resolved
        return file
    others = one["unread_rows"] - 1
    return f"{file}, row {one['unread_row']}" + (f" and {number(others, 'other')}" if others else "")


def gap_name(one: Facts) -> str:
    """The supplier or the area of a gap."""
    return short(one["supplier"], LONGEST_NAME) if one["supplier"] else f"area {one['area_code']}"


def what(one: Facts) -> str:
    """The return and its period."""
    label = _label(one)
    return f"{title(one)}, {label}" if label else title(one)


def _label(one: Facts) -> str:
    return one["period_label"] or (f"asked for on {day_label(one['period_start'])}" if one["period_start"] else "")


def title(one: Facts) -> str:
    """The name of the return."""
    unnamed = (
        "what it may owe" if one.get("unread_column") in DECIDE_WHAT_IS_OWED else "a return that could not be read"
    )
    return short(one["return_title"] or one["return_code"] or unnamed, LONGEST_NAME)


ABBREVIATIONS = {"gp": "GP", "mhra": "MHRA", "pcn": "PCN", "qof": "QOF"}


def called(one: Facts) -> str:
    """What people call the return within a sentence: workforce."""
    code = one["return_code"] or ""
    return " ".join(ABBREVIATIONS.get(word, word) for word in code.split("_")) if code else title(one)


def _overdue(one: Facts, as_of: date) -> str:
    """Whole days past the due date, of what is still missing."""
    if one["reason"] == RESOLVED or one["kind"] in (UNEXPECTED, LATE, LOW, NO_LONGER, IN_PART) or not one["due_on"]:
        return ""
    days = (as_of - one["due_on"]).days
    return f"{days:,}" if days > 0 else ""


def _last_attempt(one: Facts) -> str:
    if one["kind"] not in (MISSED, UNEXPECTED):
        return ""
    if not one["last_attempt_on"]:
        return "none recorded"
    return f"{day_label(one['last_attempt_on'])}, {one['last_outcome']}"


def _cause(one: Facts) -> str:
    if one["kind"] == UNEXPECTED:
        return f"{_status(one, 'received')}, with unexpected values{_named_by_judge(one)}"
    if one["kind"] == NOT_MET:
        return f"an expectation about the whole return: {one['found_by']}"
    if one["kind"] == IN_PART:
        return "received; the publication does not say why a part is missing"
    if one["kind"] == UNREAD:  # it is said with the rows: one reason is not that of them all
        return ""
    now = words_of_cause(one["cause"])
    if one["kind"] == LOW:
        return f"not known: a count does not say why (rule: {now})"
    before = one["cause_before"]
    if one["reason"] == CHANGED and before and before != one["cause"]:
        return f"{now} (before: {words_of_cause(before)})"
    return now


def _named_by_judge(one: Facts) -> str:
    """Whose list of rows it is, where it is not ours."""
    _, _, named_by = (one.get("found_by") or "").partition("; ")
    return f" ({named_by})" if named_by else ""


def _fewer_than_usual(one: Facts) -> str:
    """How many records there are, and how many there usually are: the limits of the control chart."""
    if one["records"] is None:  # resolved: the chart is of another count now
        return "fewer records than usual"
    usual = f"{math.floor(one['usual_low']):,} to {math.ceil(one['usual_high']):,}"
    if one["cause"] != "point_below_limit":  # then it is the run that is unusual, not the one count
        usual += f", on average {one['usual']:,.0f}"
    return f"fewer than usual, {number(one['records'], 'record')}, usually {usual}"


def what_became_of_it(one: Facts) -> str:
    """Why a finding is resolved. What is still missing is said elsewhere, and never passed off as received."""
    if one["by_hand_reason"]:
        return short(f"resolved by {one['by_hand_author']}: {_why_by_hand(one)}", LONGEST_NAME)
    if one["kind"] == IN_PART:
        return "received in full, as far as published"
    if one["kind"] == LOW:
        return "the latest count is no longer unusual, or there is a newer one"
    if one["ended_by_label"]:
        return f"received again for {one['ended_by_label']}" + (
            f", on {day_label(one['ended_on'])}" if one["ended_on"] else ""
        )
    if one["still_missed"]:
        still = f"{number(one['still_missed'], 'return')} still not received"
        if one["kind"] in GAPS:
            return f"no longer {_wide(one)}; {still}, listed one by one"
        if one["status_cause"] in SHARED_CAUSES:
            return "still not received; now part of a supplier-wide or area-wide gap"
        return "still not received, but no longer monitored"
    if one["received_on"]:
        return f"received on {day_label(one['received_on'])}"
    if one["kind"] in GAPS:
        return "nothing is outstanding any more"
    return _status(one, "no longer expected")


def _why_by_hand(one: Facts) -> str:
    """The kind of reason; where that says nothing, what the person wrote."""
    said = one.get("by_hand_comment") if one["by_hand_reason"] == "other" else None
    return said or WORDS_OF_REASON[one["by_hand_reason"]]


def _wide(gap: Facts) -> str:
    return "supplier-wide" if gap["kind"] == FindingKind.SUPPLIER_GAP else "area-wide"


def regulation(one: Facts) -> str:
    """For practices by contract; where both say the same, it is neither contract's."""
    gms, pms = one["gms_reference"], one["pms_reference"]
    if gms == pms:
        return gms or ""
    return "; ".join(f"{contract} {reference}" for contract, reference in (("GMS", gms), ("PMS", pms)) if reference)


def _status(one: Facts, without: str) -> str:
    return Status(one["status"]).words if one["status"] else without
