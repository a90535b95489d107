"""Reads and writes the rule tables of `tests/spec`: cases of plain facts, days asked about, and what is expected.

A case is a title line (`== title`), then facts, then one or more `as of` days with what is expected on each.
`#` starts a comment. Z90001..Z90003 in place of a code stands for each of the three. A time without a zone is London's.

    monitor_from 2024-04-01
    setting supplier_min_organisations=5 supplier_min_share=0.5 also_covered=APMS icbs=QHM
    return workforce grace_days=5 known_due=2024-04-01:2024-06-30
    practice Z90001 contract=GMS icb=QHM sub_icb=01A pcn=U90001 clinical=Acme telephony=Acme online="Acme Ltd;Best"
             opened=2024-05-01 closed=2024-12-31 from=2024-04-01 to=2024-09-30      (in one line; likewise pcn, trust)
    submission Z90001 workforce 2024-09-01 accepted 2024-09-30T17:00 request=R1
    request R1 Z90001 information_request 2024-09-10 due=2024-09-20
    notice N1 workforce extended supplier=Acme period=2024-09-01 new_due=2024-10-10 from=2024-09-01 to=2024-09-30
           (in one line; the scope is one of: national, supplier=..., icb=..., organisation=...)
    participation Z90001 digital_telephony declined 2024-10-01 to=2024-12-31
    evidence Z90001 appointments 2024-09-01 absent participating=no
    list 2024-10-01 Z90001 Z90002
    rejected_row Z90001 workforce 2024-09-10 request=R1       (of a log; day and request where they can be read)
    dormant Z90001                                             (in the register)
    as of 2024-10-01
    expect Z90001 workforce 2024-09-01 not_received unexplained due=2024-09-30 attempts=0
    expect Z90001 workforce 2024-10-01 nothing

After the status and, where there is one, the cause, an `expect` line may say: request, due, original_due, received,
days_late, attempts, absent_since. What it does not say is not looked at, but a cause not written is expected to be
none.
`nothing` means that there is no such expected return.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import twin

STATUSES = (
    "not_required",
    "received",
    "received_late",
    "no_event",
    "no_due_date",
    "not_due",
    "in_grace",
    "not_known",
    "rejected",
    "not_received",
)
CAUSES = (
    "paused",
    "exempt",
    "not_open",
    "contract_type",
    "closing",
    "dormant",
    "no_registered_patients",
    "source_not_loaded",
    "row_rejected",
    "source_incomplete",
    "no_longer_published",
    "suppressed",
    "known_incident",
    "supplier_wide",
    "area_wide",
    "rejected_at_source",
    "supplier_changed",
    "not_participating",
    "stopped",
    "never_received",
    "unexplained",
)


@dataclass(frozen=True)
class Expectation:
    """`status` is None where no row is expected. `details` holds the other columns of the row that are stated."""

    organisation_code: str
    return_code: str
    period_start: date
    status: str | None
    cause: str | None
    details: dict
    line_number: int


@dataclass(frozen=True)
class Question:
    as_of: date
    expectations: list[Expectation] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    title: str
    world: twin.World
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class DueDateVector:
    """`rule` is a return code or the name of a calendar rule; `given` says whether `start` is a period or a request."""

    rule: str
    given: str
    start: date
    expected: str
    why: str


def read_cases(path: Path) -> list[Case]:
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("== "):
            cases.append(Case(line[3:].strip(), twin.World()))
            continue
        words = shlex.split(line, comments=True)
        if not words:
            continue
        try:
            cases[-1] = _with_line(cases[-1], words, number)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise ValueError(f"{path.name}, line {number}: cannot read {line!r}: {error}") from error
    return cases


def read_due_dates(path: Path) -> list[DueDateVector]:
    vectors = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        rule, start, expected, why = (cell.strip() for cell in line.split("|"))
        given, day = start.split()
        vectors.append(DueDateVector(rule, given, date.fromisoformat(day), expected, why))
    return vectors


def _with_line(case: Case, words: list[str], number: int) -> Case:
    keyword, *rest = words
    if keyword == "as":
        assert rest[0] == "of"
        case.questions.append(Question(date.fromisoformat(rest[1])))
        return case
    if keyword == "expect":
        case.questions[-1].expectations.extend(_expectations(rest, number))
        return case
    if case.questions:
        raise ValueError("facts stand before the first `as of`")
    return replace(case, world=_with_fact(case.world, keyword, rest))


def _with_fact(world: twin.World, keyword: str, rest: list[str]) -> twin.World:
    words = [word for word in rest if "=" not in word]
    named = dict(word.split("=", 1) for word in rest if "=" in word)
    if keyword == "monitor_from":
        return replace(world, settings=replace(world.settings, monitor_from=date.fromisoformat(words[0])))
    if keyword == "setting":
        return replace(world, settings=_settings(world.settings, named))
    if keyword == "return":
        return replace(world, returns=[_return(r, named) if r.return_code == words[0] else r for r in world.returns])
    if keyword == "list":
        codes = [code for word in words[1:] for code in _codes(word)]
        world.registered_lists.append(twin.RegisteredList(date.fromisoformat(words[0]), frozenset(codes)))
        return world
    if keyword == "dormant":
        return replace(world, dormant=world.dormant | {code for word in words for code in _codes(word)})
    lists: dict[str, tuple[list[Any], Callable[[str, list[str], dict[str, str]], object]]] = {
        "practice": (world.organisations, _organisation),
        "pcn": (world.organisations, _organisation),
        "trust": (world.organisations, _organisation),
        "submission": (world.submissions, _submission),
        "request": (world.requests, _request),
        "notice": (world.notices, _notice),
        "participation": (world.participations, _participation),
        "evidence": (world.evidence, _evidence),
        "rejected_row": (world.rejected_rows, _rejected_row),
    }
    facts, read = lists[keyword]
    position_of_code = 1 if keyword == "request" else 0
    for code in _codes(words[position_of_code]):
        facts.append(read(keyword, [*words[:position_of_code], code, *words[position_of_code + 1 :]], named))
    return world


def _codes(text: str) -> list[str]:
    """Z90001..Z90003 -> Z90001 Z90002 Z90003"""
    if ".." not in text:
        return [text]
    first, last = text.split("..")
    return [f"{first[0]}{number:05d}" for number in range(int(first[1:]), int(last[1:]) + 1)]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=twin.LONDON)


def _settings(settings: twin.Settings, named: dict) -> twin.Settings:
    read: dict[str, Callable[[str], Any]] = {
        "supplier_min_organisations": int,
        "supplier_min_share": float,
        "also_covered": lambda text: tuple(text.split(",")),
        "icbs": lambda text: tuple(text.split(",")),
    }
    return replace(settings, **{name: read[name](text) for name, text in named.items()})


def _return(return_: twin.Return, named: dict) -> twin.Return:
    known_due = dict(return_.known_due)
    if "known_due" in named:
        start, due_on = named["known_due"].split(":")
        known_due[date.fromisoformat(start)] = date.fromisoformat(due_on)
    return replace(return_, known_due=known_due, grace_days=int(named.get("grace_days", return_.grace_days)))


def _organisation(keyword: str, words: list[str], named: dict) -> twin.Organisation:
    columns = {
        "contract": "contract_type",
        "icb": "icb_code",
        "sub_icb": "sub_icb_code",
        "pcn": "pcn_code",
        "clinical": "clinical_supplier",
        "telephony": "telephony_supplier",
        "online": "online_supplier",
    }
    days = {"opened": "opened_on", "closed": "closed_on", "from": "valid_from", "to": "valid_to"}
    values: dict[str, Any] = {
        "left_out": tuple({**columns, **days}[name] for name, text in named.items() if text == "?")
    }
    for name, text in named.items():
        if text == "?":
            continue
        if name in days:
            values[days[name]] = date.fromisoformat(text)
        else:
            values[columns[name]] = text
    return twin.Organisation(words[0], keyword, **values)


def _submission(keyword: str, words: list[str], named: dict) -> twin.Submission:
    code, return_code, start, outcome, submitted_at = words
    return twin.Submission(
        code, return_code, date.fromisoformat(start), _instant(submitted_at), outcome, named.get("request")
    )


def _request(keyword: str, words: list[str], named: dict) -> twin.Request:
    request_id, code, return_code, requested_on = words
    return twin.Request(request_id, code, return_code, date.fromisoformat(requested_on), _day(named.get("due")))


def _notice(keyword: str, words: list[str], named: dict) -> twin.Notice:
    scopes = [scope for scope in ("supplier", "icb", "organisation") if scope in named] or words[3:]
    (scope,) = scopes
    return twin.Notice(
        notice_id=words[0],
        return_code=words[1],
        kind=words[2],
        period_start=_day(named.get("period")),
        scope=scope,
        scope_value=named.get(scope),
        new_due_on=_day(named.get("new_due")),
        from_on=_day(named.get("from")),
        to_on=_day(named.get("to")),
    )


def _participation(keyword: str, words: list[str], named: dict) -> twin.Participation:
    code, return_code, state, from_on = words
    return twin.Participation(code, return_code, state, date.fromisoformat(from_on), _day(named.get("to")))


def _evidence(keyword: str, words: list[str], named: dict) -> twin.Evidence:
    code, return_code, start, outcome = words
    participating = {"yes": True, "no": False, None: None}[named.get("participating")]
    return twin.Evidence(code, return_code, date.fromisoformat(start), outcome, participating)


def _rejected_row(keyword: str, words: list[str], named: dict) -> twin.RejectedRow:
    code, return_code, *day = words
    named_code, named_return = (None if word == "any" else word for word in (code, return_code))
    days = (_day(named.get(name)) for name in ("from", "to"))
    return twin.RejectedRow(named_code, named_return, _day(day[0]) if day else None, named.get("request"), *days)


def _expectations(rest: list[str], number: int) -> list[Expectation]:
    words = [word for word in rest if "=" not in word]
    details = _details(dict(word.split("=", 1) for word in rest if "=" in word))
    codes, return_code, start, status, *cause = words
    if status not in (*STATUSES, "nothing") or (cause and cause[0] not in CAUSES):
        raise ValueError(f"no such status or cause: {status} {cause}")
    found = []
    for code in _codes(codes):
        found.append(
            Expectation(
                organisation_code=code,
                return_code=return_code,
                period_start=date.fromisoformat(start),
                status=None if status == "nothing" else status,
                cause=cause[0] if cause else None,
                details=details,
                line_number=number,
            )
        )
    return found


def _details(named: dict) -> dict:
    """Stated columns by their names in a row; `none` means that the column is blank."""
    read: dict[str, tuple[str, Callable[[str], object]]] = {
        "request": ("request_id", str),
        "due": ("due_on", date.fromisoformat),
        "original_due": ("original_due_on", date.fromisoformat),
        "received": ("received_at", _instant),
        "days_late": ("days_late", int),
        "attempts": ("attempts", int),
        "absent_since": ("absent_since", date.fromisoformat),
    }
    details = {}
    for name, text in named.items():
        column, convert = read[name]
        details[column] = None if text == "none" else convert(text)
    return details


# ---------------------------------------------------------------------------------------------- an answer, compared


def row_asked_for(rows: list[twin.Row], wanted: Expectation) -> twin.Row | None:
    key = (wanted.organisation_code, wanted.return_code, wanted.period_start)
    found = [row for row in rows if (row.organisation_code, row.return_code, row.period_start) == key]
    if "request_id" in wanted.details:
        found = [row for row in found if row.request_id == wanted.details["request_id"]]
    assert len(found) <= 1, f"line {wanted.line_number}: say which request is meant"
    return found[0] if found else None


def said(row: twin.Row | None, wanted: Expectation) -> tuple:
    """What the row says in the columns that the table states."""
    if row is None:
        return None, None, wanted.details
    return row.status, row.cause, {column: getattr(row, column) for column in wanted.details}


def check(question: Question, rows: list[twin.Row]) -> None:
    """Every line that is expected on that day, against the rows of an answer."""
    for wanted in question.expectations:
        answer = said(row_asked_for(rows, wanted), wanted)
        place = f"line {wanted.line_number}, {wanted.organisation_code} as of {question.as_of}"
        assert answer == (wanted.status, wanted.cause, wanted.details), f"{place}: {answer}"


# ------------------------------------------------------------------------------------------------- a case, written


def lines_of_world(world: twin.World) -> list[str]:
    """The facts of a world in the notation. Which of the returns it has is said in a comment."""
    lines = [
        f"# of {', '.join(return_.return_code for return_ in world.returns)} only",
        f"monitor_from {world.settings.monitor_from}",
        _settings_line(world.settings),
    ]
    lines += [line for return_ in world.returns for line in _return_lines(return_)]
    lines += [_organisation_line(fact) for fact in world.organisations]
    lines += [_submission_line(fact) for fact in world.submissions]
    lines += [_request_line(fact) for fact in world.requests]
    lines += [_notice_line(fact) for fact in world.notices]
    lines += [_participation_line(fact) for fact in world.participations]
    lines += [_evidence_line(fact) for fact in world.evidence]
    lines += [_rejected_row_line(fact) for fact in world.rejected_rows]
    lines += [f"dormant {code}" for code in sorted(world.dormant)]
    lines += [f"list {fact.extract_on} {' '.join(sorted(fact.organisation_codes))}" for fact in world.registered_lists]
    return lines


def line_of_row(row: twin.Row) -> str:
    words = ["expect", row.organisation_code, row.return_code, row.period_start, row.status, row.cause]
    details = {
        "request": row.request_id,
        "due": row.due_on,
        "original_due": row.original_due_on,
        "received": _moment(row.received_at) if row.received_at else None,
        "days_late": row.days_late,
        "absent_since": row.absent_since,
    }
    shown = {name: "none" if value is None else value for name, value in details.items()}
    return _line(*words, **shown, attempts=row.attempts)


def _line(*words: object, **named: object) -> str:
    """Words and name=value pairs, quoted where they must be; what is None or empty is left out."""
    texts = [str(word) for word in words if word is not None]
    texts += [f"{name}={value}" for name, value in named.items() if value is not None and value != ""]
    return " ".join(shlex.quote(text) for text in texts)


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _settings_line(settings: twin.Settings) -> str:
    return _line(
        "setting",
        supplier_min_organisations=settings.supplier_min_organisations,
        supplier_min_share=settings.supplier_min_share,
        also_covered=",".join(settings.also_covered),
        icbs=",".join(settings.icbs),
    )


def _return_lines(return_: twin.Return) -> list[str]:
    if return_ in twin.RETURNS:
        return []
    line = _line("return", return_.return_code, grace_days=return_.grace_days)
    return [f"{line} known_due={start}:{due_on}" for start, due_on in return_.known_due.items()] or [line]


def _organisation_line(fact: twin.Organisation) -> str:
    named = {
        "contract": fact.contract_type,
        "icb": fact.icb_code,
        "sub_icb": fact.sub_icb_code,
        "pcn": fact.pcn_code,
        "clinical": fact.clinical_supplier,
        "telephony": fact.telephony_supplier,
        "online": fact.online_supplier,
        "opened": fact.opened_on,
        "closed": fact.closed_on,
        "from": fact.valid_from,
        "to": fact.valid_to,
    }
    for name, column in {"contract": "contract_type", "opened": "opened_on", "closed": "closed_on"}.items():
        named[name] = "?" if column in fact.left_out else named[name]
    return _line(fact.organisation_kind, fact.organisation_code, **named)


def _submission_line(fact: twin.Submission) -> str:
    words = (fact.organisation_code, fact.return_code, fact.period_start, fact.outcome, _moment(fact.submitted_at))
    return _line("submission", *words, request=fact.request_id)


def _request_line(fact: twin.Request) -> str:
    words = (fact.request_id, fact.organisation_code, fact.return_code, fact.requested_on)
    return _line("request", *words, due=fact.due_on)


def _notice_line(fact: twin.Notice) -> str:
    scope = "national" if fact.scope == "national" else f"{fact.scope}={fact.scope_value}"
    dates = {"period": fact.period_start, "new_due": fact.new_due_on, "from": fact.from_on, "to": fact.to_on}
    return _line("notice", fact.notice_id, fact.return_code, fact.kind, scope, **dates)


def _participation_line(fact: twin.Participation) -> str:
    return _line("participation", fact.organisation_code, fact.return_code, fact.state, fact.from_on, to=fact.to_on)


def _evidence_line(fact: twin.Evidence) -> str:
    flag = {True: "yes", False: "no", None: None}[fact.participating]
    words = (fact.organisation_code, fact.return_code, fact.period_start, fact.outcome)
    return _line("evidence", *words, participating=flag)


def _rejected_row_line(fact: twin.RejectedRow) -> str:
    words = (fact.organisation_code or "any", fact.return_code or "any", fact.period_on)
    named = {"request": fact.request_id, "from": fact.from_on, "to": fact.to_on}
    return _line("rejected_row", *words, **named)
