"""A slow, plain second telling of the rules for status and cause, to hold against what the SQL computes.

It reads lists of facts and returns rows; it shares no code with the product. Loops instead of joins,
one function per rule, nothing kept between calls. `_on` is a London date, `_at` an aware instant.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
Fact = TypeVar("Fact")
ONE_DAY = timedelta(days=1)
LEGAL_SUFFIXES = ("limited", "ltd", "plc", "llp", "inc", "llc")
RECEIVED = ("received", "received_late")
MISSED = ("not_received", "rejected")
SHARED = ("known_incident", "supplier_wide", "area_wide")
TINY = 1e-9  # shares are fractions: 30 times a third of 90 may come to a little less than 30
ENGLAND_BANK_HOLIDAYS = """
    2015-08-31
    2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
    2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
    2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
    2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
"""


# ---------------------------------------------------------------------------------------------------- facts


@dataclass(frozen=True)
class Organisation:
    """One dated row about an organisation; several rows of one code tell its history."""

    organisation_code: str
    organisation_kind: str = "practice"
    contract_type: str | None = None
    icb_code: str | None = None
    sub_icb_code: str | None = None
    pcn_code: str | None = None
    clinical_supplier: str | None = None
    telephony_supplier: str | None = None
    online_supplier: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    left_out: tuple[str, ...] = ()  # opened_on, closed_on, contract_type: what stands there could not be read


@dataclass(frozen=True)
class RejectedRow:
    """A row of a log or of notices that could not be read, as far as it names what it is about. None: it may be any.

    period_on: any day of the period. from_on, to_on: of a notice without a period, the days in which periods end.
    """

    organisation_code: str | None
    return_code: str | None
    period_on: date | None = None
    request_id: str | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class Submission:
    organisation_code: str
    return_code: str
    period_start: date
    submitted_at: datetime
    outcome: str  # accepted, rejected, nil
    request_id: str | None = None


@dataclass(frozen=True)
class Request:
    request_id: str
    organisation_code: str
    return_code: str
    requested_on: date
    due_on: date | None = None


@dataclass(frozen=True)
class Notice:
    notice_id: str
    return_code: str
    kind: str  # paused, exempt, extended, incident
    period_start: date | None = None
    scope: str = "national"  # national, supplier, icb, organisation
    scope_value: str | None = None
    new_due_on: date | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class Participation:
    organisation_code: str
    return_code: str
    state: str  # accepted, pending, declined, withdrawn
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True)
class Evidence:
    """What a published file says of one organisation, return and period."""

    organisation_code: str
    return_code: str
    period_start: date
    outcome: str  # accepted, absent, suppressed
    participating: bool | None = None


@dataclass(frozen=True)
class RegisteredList:
    extract_on: date
    organisation_codes: frozenset[str]


@dataclass(frozen=True)
class Return:
    """`due` is a rule name with its numbers; see `due_by_rule`."""

    return_code: str
    owed_by: str
    kind: str  # periodic, on_request, event, declaration
    period: str  # month, quarter, contract_year, request
    due: tuple = ("none",)
    known_due: dict[date, date] = field(default_factory=dict)
    effective_from: date | None = None
    effective_to: date | None = None
    supplier: str = "none"  # clinical, telephony, online, none
    contract_types: tuple[str, ...] = ("GMS", "PMS")
    grace_days: int = 0


@dataclass(frozen=True)
class Settings:
    monitor_from: date = date(2024, 4, 1)
    supplier_min_organisations: int = 5
    supplier_min_share: float = 0.5
    short_min_organisations: int = 8
    short_min_share: float = 0.5
    also_covered: tuple[str, ...] = ()
    icbs: tuple[str, ...] = ()


ALL_CONTRACTS = ("GMS", "PMS", "APMS")
LAST_THURSDAY = ("last_thursday_of_month_after", 1, (12, 23))


def _declaration(return_code: str, year: int) -> Return:
    """Declared in one contract year, or up to it where it is 2024/25."""
    return Return(
        return_code, "pcn", "declaration", "contract_year", ("date_in_year", 3, 30),
        effective_from=None if year == 2024 else date(year, 4, 1), effective_to=date(year + 1, 3, 31),
    )  # fmt: skip


def _on_request(return_code: str, owed_by: str = "practice") -> Return:
    return Return(return_code, owed_by, "on_request", "request", ("request",))


RETURNS = (
    Return("national_diabetes_audit", "practice", "periodic", "quarter", ("end_of_month_after", 2),
           supplier="clinical", contract_types=ALL_CONTRACTS),
    Return("indicators_no_longer_in_qof", "practice", "periodic", "contract_year", supplier="clinical",
           contract_types=ALL_CONTRACTS),
    Return("alcohol_and_dementia", "practice", "periodic", "contract_year", effective_to=date(2025, 3, 31),
           supplier="clinical", contract_types=ALL_CONTRACTS),
    Return("core_gp_contract", "practice", "periodic", "quarter", ("end_of_month_after", 1),
           effective_from=date(2025, 4, 1), supplier="clinical", contract_types=ALL_CONTRACTS),
    Return("workforce", "practice", "periodic", "month", ("last_day",), contract_types=ALL_CONTRACTS),
    Return("overseas_visitors", "practice", "event", "contract_year"),
    _on_request("mhra_alerts"),
    Return("annual_return", "practice", "periodic", "contract_year", ("latest_request", 27),
           known_due={date(2023, 4, 1): date(2023, 11, 30), date(2024, 4, 1): date(2024, 11, 25)},
           contract_types=ALL_CONTRACTS),
    Return("appointments", "practice", "periodic", "month", LAST_THURSDAY, supplier="clinical",
           contract_types=ALL_CONTRACTS),
    Return("online_and_video_consultations", "practice", "periodic", "month", LAST_THURSDAY, supplier="online",
           contract_types=ALL_CONTRACTS),
    Return("digital_telephony", "practice", "periodic", "month", ("day_of_month_after", 1, 5),
           effective_from=date(2024, 10, 1), supplier="telephony", contract_types=ALL_CONTRACTS),
    _on_request("information_request"),
    _declaration("declaration_digital_telephony", 2024),
    _declaration("declaration_online_requests", 2024),
    _declaration("declaration_care_navigation", 2024),
    _declaration("declaration_modern_general_practice_access", 2025),
    _declaration("declaration_risk_stratification", 2025),
    _on_request("triage_assurance"),
    _on_request("reasonable_needs_assurance"),
    _on_request("medicines_optimisation_assurance", "pcn"),
    Return("referral_exception", "practice", "event", "contract_year"),
    Return("interface_assessment", "trust", "periodic", "contract_year", ("date_in_year", 9, 30)),
    # Watched where they are asked for only.
    Return("friends_and_family_test", "practice", "periodic", "month", ("working_day_of_month_after", 1, 12),
           contract_types=ALL_CONTRACTS),
    Return("written_complaints", "practice", "periodic", "contract_year",
           known_due={date(2024, 4, 1): date(2025, 7, 11)}, contract_types=ALL_CONTRACTS),
    Return("data_security_toolkit", "practice", "periodic", "contract_year", ("end_of_month_after", 3),
           contract_types=ALL_CONTRACTS),
    Return("pcn_workforce", "pcn", "periodic", "month", ("last_day",)),
    Return("practice_staff_contacts", "practice", "event", "contract_year", effective_from=date(2026, 4, 1)),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Everything loaded. Lists are in the order of loading: where two rows say the same thing, the later one counts."""

    organisations: list[Organisation] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    registered_lists: list[RegisteredList] = field(default_factory=list)
    rejected_rows: list[RejectedRow] = field(default_factory=list)
    dormant: frozenset[str] = frozenset()  # organisations that the register calls dormant
    returns: list[Return] = field(default_factory=lambda: list(RETURNS))
    settings: Settings = Settings()


@dataclass(frozen=True)
class Row:
    """One expected return and its answer. days_late is given for received_late only."""

    organisation_code: str
    return_code: str
    period_start: date
    period_end: date
    request_id: str | None
    due_on: date | None
    original_due_on: date | None
    status: str
    cause: str | None
    received_at: datetime | None
    days_late: int | None
    attempts: int
    absent_since: date | None = None  # the first period of the absence that it is part of


@dataclass(frozen=True)
class Expected:
    """A return, an organisation and a period (or a request)."""

    organisation_code: str
    return_: Return
    period_start: date
    period_end: date
    request: Request | None = None


# ------------------------------------------------------------------------------------------------- calendar


def london_date(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def starts_a_period(period: str, day: date) -> bool:
    if period == "month":
        return day.day == 1
    if period == "quarter":
        return day.day == 1 and day.month in (1, 4, 7, 10)
    if period == "contract_year":
        return day.day == 1 and day.month == 4
    raise ValueError(f"no such period: {period}")


def period_end(period: str, start: date) -> date:
    day = start
    while not starts_a_period(period, day + ONE_DAY):
        day += ONE_DAY
    return day


def period_starts(period: str, first: date, last: date) -> list[date]:
    starts = []
    day = first
    while day <= last:
        if starts_a_period(period, day):
            starts.append(day)
        day += ONE_DAY
    return starts


def first_of_month_after(day: date, months: int) -> date:
    """The first day of the month that many months after the month of `day`."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    return first


def last_of_month_after(day: date, months: int) -> date:
    return first_of_month_after(day, months + 1) - ONE_DAY


def last_thursday_of_month_after(day: date, months: int, not_after: tuple[int, int]) -> date:
    """In the one month that `not_after` names, not after its day."""
    thursday = last_of_month_after(day, months)
    while thursday.isoweekday() != 4 or (thursday.month == not_after[0] and thursday.day > not_after[1]):
        thursday -= ONE_DAY
    return thursday


def working_day_of_month_after(day: date, months: int, which: int) -> date:
    found = next_working_day(first_of_month_after(day, months))
    for _ in range(which - 1):
        found = next_working_day(found + ONE_DAY)
    return found


def date_in_year(start: date, end: date, month: int, day_of_month: int) -> date:
    day = start
    while (day.month, day.day) != (month, day_of_month):
        day += ONE_DAY
    assert day <= end
    return day


def next_working_day(day: date) -> date:
    """`day` itself if it is one. No return of the table rolls; a definition may ask for it."""
    while day.isoweekday() > 5 or day.isoformat() in ENGLAND_BANK_HOLIDAYS:
        day += ONE_DAY
    return day


# ------------------------------------------------------------------------------------- facts read on one day


def rows_of(world: World, organisation_code: str) -> list[Organisation]:
    return [row for row in world.organisations if row.organisation_code == organisation_code]


def fact_row(world: World, organisation_code: str, day: date) -> Organisation:
    """The row that covers the day, else the last one before it, else the first one."""
    covering, before, after = [], [], []
    for row in rows_of(world, organisation_code):
        if row.valid_to is not None and row.valid_to < day:
            before.append(row)
        elif row.valid_from is not None and row.valid_from > day:
            after.append(row)
        else:
            covering.append(row)
    if covering:
        return last_with_greatest(covering, lambda row: row.valid_from or date.min)
    if before:
        return last_with_greatest(before, lambda row: row.valid_to or date.max)
    return last_with_greatest(after, lambda row: -(row.valid_from or date.min).toordinal())


def last_with_greatest(rows: list[Fact], value: Callable[[Fact], Any]) -> Fact:
    """The row with the greatest value; of equals, the last in the list."""
    best = rows[0]
    for row in rows:
        if value(row) >= value(best):
            best = row
    return best


def undated_fact(world: World, organisation_code: str, name: str) -> Any:
    """Opening, closing and kind: from the latest row that names one."""
    naming = [row for row in rows_of(world, organisation_code) if getattr(row, name) is not None]
    if not naming:
        return None
    return getattr(last_with_greatest(naming, lambda row: row.valid_from or date.min), name)


def is_open(world: World, organisation_code: str, day: date) -> bool:
    opened_on = undated_fact(world, organisation_code, "opened_on")
    closed_on = undated_fact(world, organisation_code, "closed_on")
    return (opened_on is None or opened_on <= day) and (closed_on is None or day <= closed_on)


def is_open_on_some_day(world: World, organisation_code: str, start: date, end: date) -> bool:
    opened_on = undated_fact(world, organisation_code, "opened_on")
    closed_on = undated_fact(world, organisation_code, "closed_on")
    first = start if opened_on is None else max(start, opened_on)
    last = end if closed_on is None else min(end, closed_on)
    return first <= last


def supplier_key(name: str) -> str:
    """`Acme Health Ltd.` and `ACME  HEALTH` are one supplier: acmehealth."""
    words = name.lower().replace(".", "").split()
    while words and words[-1] in LEGAL_SUFFIXES:
        words.pop()
    return "".join(words)


def supplier_keys(world: World, return_: Return, organisation_code: str, day: date) -> set[str]:
    if return_.supplier == "none":
        return set()
    row = fact_row(world, organisation_code, day)
    if row.valid_from is not None and row.valid_from > day:  # named only later
        return set()
    text = getattr(row, return_.supplier + "_supplier") or ""
    keys = {supplier_key(name) for name in text.replace(",", ";").split(";")}
    keys.discard("")
    return keys


# ----------------------------------------------------------------------------------------- expected returns


def is_about(fact: Submission | Request | Participation | Evidence, expected: Expected) -> bool:
    same_organisation = fact.organisation_code == expected.organisation_code
    return same_organisation and fact.return_code == expected.return_.return_code


def current_requests(world: World) -> list[Request]:
    """The same request told again replaces the earlier telling."""
    by_key = {}
    for request in world.requests:
        by_key[(request.request_id, request.organisation_code, request.return_code)] = request
    return list(by_key.values())


def in_force(return_: Return, start: date, end: date) -> bool:
    begun = return_.effective_from is None or return_.effective_from <= start
    not_ended = return_.effective_to is None or end <= return_.effective_to
    return begun and not_ended


def expected_by_period(world: World, return_: Return, organisation_code: str, as_of: date) -> list[Expected]:
    expected = []
    for start in period_starts(return_.period, world.settings.monitor_from, as_of):
        end = period_end(return_.period, start)
        if in_force(return_, start, end) and is_open_on_some_day(world, organisation_code, start, end):
            expected.append(Expected(organisation_code, return_, start, end))
    return expected


def expected_by_request(world: World, return_: Return, organisation_code: str, as_of: date) -> list[Expected]:
    expected = []
    for request in current_requests(world):
        day = request.requested_on
        wanted = Expected(organisation_code, return_, day, day, request)
        if is_about(request, wanted) and world.settings.monitor_from <= day <= as_of and in_force(return_, day, day):
            expected.append(wanted)
    return expected


def expected_returns(world: World, as_of: date) -> list[Expected]:
    expected = []
    for return_ in world.returns:
        for code in sorted({row.organisation_code for row in world.organisations}):
            if undated_fact(world, code, "organisation_kind") != return_.owed_by:
                continue
            if return_.kind == "on_request":
                expected += expected_by_request(world, return_, code, as_of)
            else:
                expected += expected_by_period(world, return_, code, as_of)
    return expected


# ------------------------------------------------------------------------------------------------ due dates


def due_by_rule(return_: Return, start: date, end: date) -> date | None:
    """The due date that the calendar alone gives. Rules that wait for a request give none here."""
    rule, *numbers = return_.due
    if rule == "last_day":
        return end
    if rule == "end_of_month_after":
        return last_of_month_after(end, numbers[0])
    if rule == "last_thursday_of_month_after":
        return last_thursday_of_month_after(end, *numbers)
    if rule == "working_day_of_month_after":
        return working_day_of_month_after(end, *numbers)
    if rule == "day_of_month_after":
        return first_of_month_after(end, numbers[0]) + timedelta(days=numbers[1] - 1)
    if rule == "date_in_year":
        return date_in_year(start, end, numbers[0], numbers[1])
    assert rule in ("none", "request", "latest_request")
    return None


def due_by_latest_request(world: World, expected: Expected, as_of: date) -> date | None:
    """A request within the year gives that year its due date: its own, else so many days after it was made."""
    days_to_add = timedelta(days=expected.return_.due[1])
    last_day = min(expected.period_end, as_of)
    found = []
    for request in current_requests(world):
        if is_about(request, expected) and expected.period_start <= request.requested_on <= last_day:
            found.append((request.requested_on, request.due_on or request.requested_on + days_to_add))
    return max(found)[1] if found else None


def original_due_on(world: World, expected: Expected, as_of: date) -> date | None:
    return_ = expected.return_
    if expected.period_start in return_.known_due:
        return return_.known_due[expected.period_start]
    if return_.due[0] == "request":
        return expected.request.due_on if expected.request else None
    if return_.due[0] == "latest_request":
        return due_by_latest_request(world, expected, as_of)
    return due_by_rule(return_, expected.period_start, expected.period_end)


def due_dates(world: World, expected: Expected, as_of: date) -> tuple[date | None, date | None]:
    """(due_on, original_due_on). Of several extensions the latest counts, and none shortens. An event is never due."""
    if expected.return_.kind == "event":
        return None, None
    original = original_due_on(world, expected, as_of)
    extended = [n.new_due_on for n in notices_that_apply(world, expected, "extended") if n.new_due_on is not None]
    days = [day for day in (original, *extended) if day is not None]
    return max(days, default=None), original


# -------------------------------------------------------------------------------------------------- notices


def notice_covers_scope(world: World, expected: Expected, notice: Notice) -> bool:
    code, day = expected.organisation_code, expected.period_end
    if notice.scope == "national":
        return True
    if not notice.scope_value:
        return False
    if notice.scope == "supplier":
        return supplier_key(notice.scope_value) in supplier_keys(world, expected.return_, code, day)
    if notice.scope == "icb":
        return fact_row(world, code, day).icb_code == notice.scope_value
    return notice.scope == "organisation" and code == notice.scope_value


def notice_covers_time(expected: Expected, notice: Notice) -> bool:
    if notice.period_start is not None:
        return notice.period_start == expected.period_start
    begun = notice.from_on is None or notice.from_on <= expected.period_end
    return begun and (notice.to_on is None or expected.period_end <= notice.to_on)


def notices_that_apply(world: World, expected: Expected, kind: str) -> list[Notice]:
    found = []
    for notice in world.notices:
        if notice.return_code != expected.return_.return_code or notice.kind != kind:
            continue
        if notice_covers_time(expected, notice) and notice_covers_scope(world, expected, notice):
            found.append(notice)
    return found


# ----------------------------------------------------------------------------------- submissions and evidence


def belongs_to(world: World, expected: Expected, submission: Submission, as_of: date) -> bool:
    if not is_about(submission, expected):
        return False
    if expected.return_.kind == "event":
        return expected.period_start <= submission.period_start <= expected.period_end
    if expected.request is not None and names_a_request(world, expected, submission, as_of):
        return submission.request_id == expected.request.request_id
    return submission.period_start == expected.period_start


def names_a_request(world: World, expected: Expected, submission: Submission, as_of: date) -> bool:
    """Whether its request_id is that of a request made by then of the same organisation and return."""
    for request in current_requests(world):
        known = is_about(request, expected) and request.requested_on <= as_of
        if known and request.request_id == submission.request_id:
            return True
    return False


def submissions_of(world: World, expected: Expected, as_of: date) -> list[Submission]:
    found = []
    for submission in world.submissions:
        if london_date(submission.submitted_at) <= as_of and belongs_to(world, expected, submission, as_of):
            found.append(submission)
    return found


def first_receipt(world: World, expected: Expected, as_of: date) -> datetime | None:
    instants = []
    for submission in submissions_of(world, expected, as_of):
        if submission.outcome in ("accepted", "nil"):
            instants.append(submission.submitted_at)
    return min(instants) if instants else None


def evidence_of(world: World, expected: Expected) -> list[Evidence]:
    return [e for e in world.evidence if is_about(e, expected) and e.period_start == expected.period_start]


def source_is_loaded(world: World, expected: Expected, as_of: date) -> bool:
    """Anything from anyone, known to us or not, for this return and period."""
    key = (expected.return_.return_code, expected.period_start)
    for submission in world.submissions:
        if (submission.return_code, submission.period_start) == key and london_date(submission.submitted_at) <= as_of:
            return True
    return any((evidence.return_code, evidence.period_start) == key for evidence in world.evidence)


def any_answer_is_loaded(world: World, return_code: str, as_of: date) -> bool:
    """Anything from anyone that answers a request for this return, whenever it was made."""
    return any(s.return_code == return_code and london_date(s.submitted_at) <= as_of for s in world.submissions)


def is_named_by_a_rejected_row(world: World, expected: Expected) -> bool:
    for row in world.rejected_rows:
        if row.organisation_code not in (None, expected.organisation_code):
            continue
        if row.return_code not in (None, expected.return_.return_code):
            continue
        if (
            expected.request is not None
            and row.request_id is not None
            and row.request_id == expected.request.request_id
        ):
            return True
        if row.period_on is not None:
            if expected.period_start <= row.period_on <= expected.period_end:
                return True
        elif (row.from_on or date.min) <= expected.period_end <= (row.to_on or date.max) and (
            expected.request is None or row.request_id is None
        ):
            return True
    return False


def may_not_be_owed(world: World, expected: Expected) -> bool:
    """The newest row of the register has something in it that could not be read, and decides what is owed."""
    newest = last_with_greatest(rows_of(world, expected.organisation_code), lambda row: row.valid_from or date.min)
    if "opened_on" in newest.left_out:
        return True
    if newest.valid_from is not None and expected.period_end < newest.valid_from:
        return False
    covered = {*expected.return_.contract_types, *world.settings.also_covered}
    is_limited = expected.return_.owed_by == "practice" and not {"GMS", "PMS", "APMS"} <= covered
    return "closed_on" in newest.left_out or ("contract_type" in newest.left_out and is_limited)


# --------------------------------------------------------------------------------------------------- status


def was_open_when_it_mattered(world: World, expected: Expected, due_on: date | None) -> bool:
    code = expected.organisation_code
    if expected.return_.period == "contract_year":
        return is_open(world, code, due_on or expected.period_end)
    return is_open(world, code, expected.period_start) and is_open(world, code, expected.period_end)


def contract_type_is_covered(world: World, expected: Expected) -> bool:
    if expected.return_.owed_by != "practice":
        return True
    contract_type = fact_row(world, expected.organisation_code, expected.period_end).contract_type
    covered = [text.upper() for text in expected.return_.contract_types + tuple(world.settings.also_covered)]
    return not contract_type or contract_type.upper() in covered


def has_no_registered_patients(world: World, expected: Expected) -> bool:
    """By the list nearest to the period's end; of two equally near, the later one."""
    if expected.return_.owed_by != "practice" or not world.registered_lists:
        return False
    nearest = world.registered_lists[0]
    for candidate in world.registered_lists:
        distance = abs((candidate.extract_on - expected.period_end).days)
        best = abs((nearest.extract_on - expected.period_end).days)
        if distance < best or (distance == best and candidate.extract_on >= nearest.extract_on):
            nearest = candidate
    was_open = is_open(world, expected.organisation_code, nearest.extract_on)
    return was_open and expected.organisation_code not in nearest.organisation_codes


def why_not_required(world: World, expected: Expected, due_on: date | None) -> str | None:
    if notices_that_apply(world, expected, "paused"):
        return "paused"
    if notices_that_apply(world, expected, "exempt"):
        return "exempt"
    if not was_open_when_it_mattered(world, expected, due_on):
        return "not_open"
    if not contract_type_is_covered(world, expected):
        return "contract_type"
    return None


def why_not_required_if_unsent(world: World, expected: Expected) -> str | None:
    """What was sent is received, whatever a register or a list says."""
    closed_on = undated_fact(world, expected.organisation_code, "closed_on")
    if expected.return_.period in ("month", "quarter") and closed_on == expected.period_end:
        return "closing"
    if expected.organisation_code in world.dormant:
        return "dormant"
    if has_no_registered_patients(world, expected):
        return "no_registered_patients"
    return None


def status_if_received(world: World, expected: Expected, due_on: date | None, as_of: date) -> str | None:
    """A dated submission decides before a published figure, which bears no date and is never late."""
    received_at = first_receipt(world, expected, as_of)
    if received_at is not None:
        is_late = due_on is not None and london_date(received_at) > due_on
        return "received_late" if is_late else "received"
    published = any(evidence.outcome == "accepted" for evidence in evidence_of(world, expected))
    return "received" if published and as_of >= expected.period_end else None


def why_not_known(world: World, expected: Expected, as_of: date) -> str | None:
    if expected.request is not None:
        is_loaded = any_answer_is_loaded(world, expected.return_.return_code, as_of)
    else:
        is_loaded = source_is_loaded(world, expected, as_of)
    if not is_loaded:
        return "source_not_loaded"
    if is_named_by_a_rejected_row(world, expected) or may_not_be_owed(world, expected):
        return "row_rejected"
    outcomes = [evidence.outcome for evidence in evidence_of(world, expected)]
    if "suppressed" in outcomes and "accepted" not in outcomes:
        return "suppressed"
    return None


def status_and_cause(world: World, expected: Expected, due_on: date | None, as_of: date) -> tuple[str, str | None]:
    """The first rule that holds. The cause of what was missed is found later, over all rows together."""
    if why_not_required(world, expected, due_on):
        return "not_required", why_not_required(world, expected, due_on)
    if received := status_if_received(world, expected, due_on, as_of):
        return received, None
    if unsent := why_not_required_if_unsent(world, expected):
        return "not_required", unsent
    if expected.return_.kind == "event":
        return "no_event", None
    if due_on is None:
        return "no_due_date", None
    if as_of <= due_on:
        return "not_due", None
    if as_of <= due_on + timedelta(days=expected.return_.grace_days):
        return "in_grace", None
    if why_not_known(world, expected, as_of):
        return "not_known", why_not_known(world, expected, as_of)
    if any(submission.outcome == "rejected" for submission in submissions_of(world, expected, as_of)):
        return "rejected", None
    return "not_received", None


def row_without_cause(world: World, expected: Expected, as_of: date) -> Row:
    due_on, original = due_dates(world, expected, as_of)
    status, cause = status_and_cause(world, expected, due_on, as_of)
    received_at = first_receipt(world, expected, as_of)
    return Row(
        organisation_code=expected.organisation_code,
        return_code=expected.return_.return_code,
        period_start=expected.period_start,
        period_end=expected.period_end,
        request_id=expected.request.request_id if expected.request else None,
        due_on=due_on,
        original_due_on=original,
        status=status,
        cause=cause,
        received_at=received_at,
        days_late=(london_date(received_at) - due_on).days
        if status == "received_late" and received_at and due_on
        else None,
        attempts=len(submissions_of(world, expected, as_of)),
    )


# ------------------------------------------------------------------------------------------------ short feeds

Answer = tuple[Expected, Row]


def due_of_period(expected: Expected) -> date | None:
    """By the calendar alone, whatever a notice says for one organisation."""
    return_, start = expected.return_, expected.period_start
    return return_.known_due.get(start) or due_by_rule(return_, start, expected.period_end)


def required_by_period(answers: list[Answer], return_code: str) -> dict[date, list[Answer]]:
    """By period, the answers of those of whom the periodic return is required."""
    periods: dict[date, list[Answer]] = {}
    for expected, row in answers:
        if row.return_code == return_code and expected.return_.kind == "periodic" and row.status != "not_required":
            periods.setdefault(row.period_start, []).append((expected, row))
    return periods


def is_heard_by(world: World, expected: Expected, day: date, as_of: date) -> bool:
    """Whether it is named by published evidence, or made an attempt of any outcome by a day."""
    attempts = submissions_of(world, expected, as_of)
    return bool(evidence_of(world, expected)) or any(london_date(s.submitted_at) <= day for s in attempts)


def share_heard(world: World, group: list[Answer], day: date, as_of: date) -> float:
    return sum(is_heard_by(world, expected, day, as_of) for expected, _ in group) / len(group)


def of_supplier(world: World, group: list[Answer], key: str) -> list[Answer]:
    return [
        (expected, row)
        for expected, row in group
        if key in supplier_keys(world, expected.return_, expected.organisation_code, expected.period_end)
    ]


def suppliers_of(world: World, group: list[Answer]) -> set[str]:
    """Those of enough organisations."""
    keys = set()
    for expected, _ in group:
        keys |= supplier_keys(world, expected.return_, expected.organisation_code, expected.period_end)
    least = world.settings.supplier_min_organisations
    return {key for key in keys if len(of_supplier(world, group, key)) >= least}


def looks_short(world: World, now: list[Answer], before: list[tuple[list[Answer], date]], as_of: date) -> bool:
    """now: the answers of a period; before: those of the periods before it, each with its day of the same age."""
    least, share = world.settings.short_min_organisations, world.settings.short_min_share
    usual_in_the_end = median(share_heard(world, group, as_of, as_of) for group, _ in before) * len(now)
    found = share_heard(world, now, as_of, as_of) * len(now)
    is_suspect = found < share * usual_in_the_end - TINY or (
        found + 2 * world.settings.supplier_min_organisations <= usual_in_the_end + TINY
    )
    if len(before) < 3 or usual_in_the_end < least - TINY or not is_suspect:
        return False
    usual = median(share_heard(world, group, day, as_of) for group, day in before) * len(now)
    fell, stood, heard_of = 0, 0, 0
    for key in suppliers_of(world, now):
        group_now = of_supplier(world, now, key)
        heard = share_heard(world, group_now, as_of, as_of)
        heard_of += heard > 0
        earlier = [
            share_heard(world, of_supplier(world, group, key), day, as_of)
            for group, day in before
            if key in suppliers_of(world, group)
        ]
        if not earlier or median(earlier) == 0:
            continue
        if heard < share * median(earlier) - TINY:
            fell += 1
        else:
            stood += 1
    by_organisations = (
        usual >= least - TINY and found < share * usual - TINY and stood == 0 and (fell >= 2 or fell + stood == 0)
    )
    usual_suppliers = [
        sum(share_heard(world, of_supplier(world, group, key), day, as_of) > 0 for key in suppliers_of(world, group))
        for group, day in before
        if suppliers_of(world, group)
    ]
    by_suppliers = (
        bool(usual_suppliers)
        and bool(suppliers_of(world, now))
        and median(usual_suppliers) >= 4
        and heard_of < share * median(usual_suppliers)
    )
    return by_organisations or by_suppliers


def with_short_feeds(world: World, answers: list[Answer], as_of: date) -> list[Answer]:
    """Whoever was not heard of in a period that looks short is not known."""
    short = set()
    for return_ in world.returns:
        past: list[tuple[list[Answer], date]] = []
        for start, group in sorted(required_by_period(answers, return_.return_code).items()):
            due_on = due_of_period(group[0][0])
            if due_on is None or due_on >= as_of or not share_heard(world, group, as_of, as_of):
                continue
            before = [(earlier, due + (as_of - due_on)) for earlier, due in past[-6:]]
            if len(before) >= 3 and looks_short(world, group, before, as_of):
                short.add((return_.return_code, start))
            past.append((group, due_on))
    held = []
    for expected, row in answers:
        is_short = (row.return_code, row.period_start) in short
        is_silent = row.status == "not_received" and not is_heard_by(world, expected, as_of, as_of)
        if is_short and is_silent and not is_known_incident(world, expected):
            row = replace(row, status="not_known", cause="source_incomplete")
        held.append((expected, row))
    return held


# --------------------------------------------------------------------------------------------------- causes


def is_shared_by_many(world: World, group: list[Answer]) -> bool:
    """Counted in organisations: enough of them expected to send, and a large enough share of them missing."""
    expected_to_send = {row.organisation_code for _, row in group if row.status != "not_required"}
    missing = {row.organisation_code for _, row in group if row.status in MISSED}
    if not missing or len(expected_to_send) < world.settings.supplier_min_organisations:
        return False
    return len(missing) / len(expected_to_send) >= world.settings.supplier_min_share


def same_return_and_period(answers: list[Answer], row: Row) -> list[Answer]:
    key = (row.return_code, row.period_start)
    return [answer for answer in answers if (answer[1].return_code, answer[1].period_start) == key]


def is_known_incident(world: World, expected: Expected) -> bool:
    return bool(notices_that_apply(world, expected, "incident"))


def is_supplier_wide(world: World, answers: list[Answer], expected: Expected, row: Row) -> bool:
    alike = same_return_and_period(answers, row)
    for key in supplier_keys(world, expected.return_, expected.organisation_code, expected.period_end):
        group = []
        for other, other_row in alike:
            if key in supplier_keys(world, other.return_, other.organisation_code, other.period_end):
                group.append((other, other_row))
        if is_shared_by_many(world, group):
            return True
    return False


def is_area_wide(world: World, answers: list[Answer], expected: Expected, row: Row) -> bool:
    """Whoever an incident or a supplier explains is left out of both counts."""
    area = fact_row(world, expected.organisation_code, expected.period_end).sub_icb_code
    if not area:
        return False
    group = []
    for other, other_row in same_return_and_period(answers, row):
        if other_row.cause in ("known_incident", "supplier_wide"):
            continue
        if fact_row(world, other.organisation_code, other.period_end).sub_icb_code == area:
            group.append((other, other_row))
    return is_shared_by_many(world, group)


def supplier_changed(world: World, expected: Expected) -> bool:
    if expected.return_.supplier == "none":
        return False
    day_before = expected.period_start - ONE_DAY
    day_after = period_end(expected.return_.period, expected.period_end + ONE_DAY)
    before, during, after = (
        supplier_keys(world, expected.return_, expected.organisation_code, day)
        for day in (day_before, expected.period_end, day_after)
    )
    # That no supplier is known is no change.
    return bool(during) and any(beside and beside != during for beside in (before, after))


def is_not_participating(world: World, expected: Expected) -> bool:
    day = expected.period_end
    in_force_then = []
    for fact in world.participations:
        if is_about(fact, expected) and fact.from_on <= day and (fact.to_on is None or day <= fact.to_on):
            in_force_then.append(fact)
    if in_force_then and last_with_greatest(in_force_then, lambda fact: fact.from_on).state != "accepted":
        return True
    evidence = evidence_of(world, expected)
    return bool(evidence) and evidence[-1].participating is False


def place_in_time(row: Row) -> tuple[date, str]:
    return row.period_start, row.request_id or ""


def own_history(answers: list[Answer], row: Row) -> list[Answer]:
    """What it owed of this return, oldest first, without that of which nothing is to be said of it alone."""
    own = []
    for expected, other in answers:
        same = (other.organisation_code, other.return_code) == (row.organisation_code, row.return_code)
        if same and other.status in (*RECEIVED, *MISSED) and other.cause not in SHARED:
            own.append((expected, other))
    return sorted(own, key=lambda answer: place_in_time(answer[1]))


@dataclass(frozen=True)
class Absence:
    """Consecutive members of an organisation's own history that it has not sent, what came before and what after."""

    before: list[Answer]
    members: list[Answer]
    after: list[Answer]


def absence_of(answers: list[Answer], row: Row) -> Absence:
    """The absence that a missed row belongs to. Each request is one by itself."""
    own = own_history(answers, row)
    first = last = next(place for place, (_, other) in enumerate(own) if place_in_time(other) == place_in_time(row))
    if row.request_id is None:
        while first > 0 and own[first - 1][1].status in MISSED:
            first -= 1
        while last + 1 < len(own) and own[last + 1][1].status in MISSED:
            last += 1
    return Absence(own[:first], own[first : last + 1], own[last + 1 :])


def has_stopped(absence: Absence) -> bool:
    last_three = absence.before[-3:]
    return len(last_three) == 3 and all(row.status in RECEIVED for _, row in last_three)


def was_never_received(absence: Absence) -> bool:
    if any(row.status in RECEIVED for _, row in absence.before):
        return False
    return len(absence.before) + len(absence.members) - 1 >= 3


def cause_of_its_own(world: World, answers: list[Answer], expected: Expected, row: Row) -> str:
    absence = absence_of(answers, row)
    if row.status == "rejected":
        return "rejected_at_source"
    if supplier_changed(world, absence.members[0][0]):
        return "supplier_changed"
    if is_not_participating(world, expected):
        return "not_participating"
    if has_stopped(absence):
        return "stopped"
    if was_never_received(absence):
        return "never_received"
    return "unexplained"


def with_cause(answers: list[Answer], cause: str, holds: Callable[[Expected, Row], bool]) -> list[Answer]:
    """Give the cause to every missed row that has none yet and for which it holds, judged on the rows as they came."""
    changed = []
    for expected, row in answers:
        if row.status in MISSED and row.cause is None and holds(expected, row):
            row = replace(row, cause=cause)
        changed.append((expected, row))
    return changed


def with_causes(world: World, answers: list[Answer]) -> list[Answer]:
    first = with_cause(answers, "known_incident", lambda expected, row: is_known_incident(world, expected))
    second = with_cause(first, "supplier_wide", lambda expected, row: is_supplier_wide(world, first, expected, row))
    third = with_cause(second, "area_wide", lambda expected, row: is_area_wide(world, second, expected, row))
    finished = []
    for expected, row in third:
        if row.status in MISSED and row.cause is None:
            row = replace(
                row,
                cause=cause_of_its_own(world, third, expected, row),
                absent_since=absence_of(third, row).members[0][1].period_start,
            )
        finished.append((expected, row))
    return finished


# --------------------------------------------------------------------------------------------------- answer


def is_reported_on(world: World, organisation_code: str, as_of: date) -> bool:
    """By the ICB that it belongs to now; an ICB that nobody open belongs to any more is that of its last day."""
    for icb in world.settings.icbs:
        last_on = last_day_of_icb(world, icb, as_of)
        if icb_on(world, organisation_code, as_of) == icb:
            return True
        if last_on is not None and icb_on(world, organisation_code, last_on) == icb:
            return True
    return not world.settings.icbs


def last_day_of_icb(world: World, icb: str, as_of: date) -> date | None:
    """The last day on which some organisation, open then, belonged to the ICB; None while one does."""
    days = []
    for code in {row.organisation_code for row in world.organisations}:
        last_open = min(as_of, undated_fact(world, code, "closed_on") or as_of)
        if last_open == as_of and icb_on(world, code, as_of) == icb:
            return None
        turns = [row.valid_from - timedelta(days=1) for row in rows_of(world, code) if row.valid_from]
        turns += [row.valid_to for row in rows_of(world, code) if row.valid_to]
        days += [day for day in {last_open, *turns} if day <= last_open and icb_on(world, code, day) == icb]
    return max(days, default=None)


def icb_on(world: World, organisation_code: str, day: date) -> str | None:
    return fact_row(world, organisation_code, day).icb_code


def expected_and_status(world: World, as_of: date) -> list[Row]:
    """Every expected return as of that day, with status and cause, ordered by organisation, return, period, request."""
    answers = [(expected, row_without_cause(world, expected, as_of)) for expected in expected_returns(world, as_of)]
    answers = with_short_feeds(world, answers, as_of)
    rows = [row for _, row in with_causes(world, answers) if is_reported_on(world, row.organisation_code, as_of)]
    return sorted(rows, key=lambda row: (row.organisation_code, row.return_code, *place_in_time(row)))
