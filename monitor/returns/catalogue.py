"""The catalogue of mandatory returns: one file expectations/<return_code>.toml each, read and checked.

What nearly all suites have in common is in expectations/_suite.toml; a return's file says only what is its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from monitor.core.errors import ConfigurationError
from monitor.core.resources import EXPECTATIONS
from monitor.core.toml import Strict, checked, one_of, read_toml, toml_content
from monitor.returns.action_rounds import actions_there_are
from monitor.returns.due_dates import OPTIONAL_OF_RULE, SETTINGS_OF_RULE, DueRule, Weekday
from monitor.returns.expectation_types import LISTED_BY_US, TYPES, columns_in, wrong_value
from monitor.returns.periods import starting_on_or_before

ADVICE = "correct the file; expectations/README.md lists every key"
SHARED_SUITE = "_suite.toml"
GUIDANCE, ALL = "guidance", "all"  # what monitor.toml may ask for, beside codes
ASKED_FOR_BEFORE = timedelta(days=60)
DAYS_OF_LAW = ("effective_from", "effective_to")
CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]{2,63}")
OPEN_WHEN_OF_PERIOD = {
    "month": "every_day",
    "quarter": "every_day",
    "contract_year": "on_due_date",
    "request": "on_request_day",
}
PERIODS_OF_KIND = {
    "periodic": ("month", "quarter", "contract_year"),
    "declaration": ("contract_year",),
    "event": ("contract_year",),
    "on_request": ("request",),
}

# The first three are looked for in every suite; the others where a suite asks for them.
AlwaysLookedFor = Literal["missing_return", "late_return", "source_not_loaded"]
Finding = Literal["missing_return", "late_return", "source_not_loaded", "parts_missing", "unexpected_row"]
Basis = Literal["statute", "agreed", "notified", "convention"]
# The columns of return_status, which a suite's expectations may be about.
COLUMNS_OF_RETURN_STATUS = (
    "organisation_code", "organisation_name", "organisation_kind", "contract_type", "icb_code", "sub_icb_code",
    "pcn_code", "supplier", "return_code", "return_title", "period_start", "period_end", "period_label", "request_id",
    "due_on", "original_due_on", "due_basis", "status", "cause", "received_at", "days_late", "days_overdue", "attempts",
    "record_count", "evidence", "in_action_period", "gms_reference", "pms_reference",
    "icb_name", "icb_now", "pcn_name", "list_size", "is_due", "is_missed", "absence_id", "parts_missing",
)  # fmt: skip
# The columns of submission, of the submissions that belong to an expected return.
COLUMNS_OF_SUBMISSION = (
    "organisation_code", "return_code", "period_start", "submitted_at", "outcome", "record_count", "submission_id",
    "request_id", "detail", "participating", "is_published_evidence", "is_matched", "file_name", "row_number",
)  # fmt: skip
COLUMNS_OF_TABLE = {"return_status": COLUMNS_OF_RETURN_STATUS, "submission": COLUMNS_OF_SUBMISSION}


class Law(Strict):
    """Where the duty comes from in a span of days, and what of that was and was not read in a source."""

    effective_from: date | None = None
    effective_to: date | None = None
    gms: str
    pms: str
    guidance: str
    demand: str
    sources: list[str]
    verified: list[str]
    unverified: list[str]

    @model_validator(mode="after")
    def span_ends_after_it_begins(self) -> Law:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(
                f"effective_to on or after effective_from {self.effective_from}, found {self.effective_to}"
            )
        return self


class NotAfter(Strict):
    """In one month of the year, the last day up to which a due date is looked for."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=7, le=28)


class Due(Strict):
    """The due rule; which of the settings belong to which rule is in due_dates.SETTINGS_OF_RULE."""

    rule: Literal[
        "none", "month_end", "day_of_month", "nth_working_day", "last_weekday", "day_in_contract_year",
        "date_in_request", "days_beginning_with_request",
    ]  # fmt: skip
    months_after: int | None = Field(None, ge=0, le=24)
    day: int | None = Field(None, ge=1, le=31)
    month: int | None = Field(None, ge=1, le=12)
    days: int | None = Field(None, ge=1, le=366)
    weekday: Weekday | None = None
    nth: int | None = Field(None, ge=1, le=18)  # every month has as many working days
    not_after: NotAfter | None = None

    @model_validator(mode="after")
    def settings_are_those_of_the_rule(self) -> Due:
        given = {name for name, value in self if name != "rule" and value is not None}
        needed, optional = set(SETTINGS_OF_RULE[self.rule]), set(OPTIONAL_OF_RULE.get(self.rule, ()))
        if not needed <= given <= needed | optional:
            may_have = f" and may have {sorted(optional)}" if optional else ""
            raise ValueError(
                f"rule {self.rule!r} takes {sorted(needed) or 'no settings'}{may_have}, found {sorted(given) or 'none'}"
            )
        if self.rule == "day_of_month" and (self.day or 0) > 28:
            raise ValueError("a day from 1 to 28, which every month has; for the last day use rule 'month_end'")
        return self


class KnownDue(Strict):
    """The due date of one particular period, as published or agreed; opens_on: from when on it can be sent."""

    period_start: date
    opens_on: date | None = None
    due_on: date
    basis: Basis
    source: str

    @model_validator(mode="after")
    def window_closes_after_it_opens(self) -> KnownDue:
        if self.opens_on and self.due_on < self.opens_on:
            raise ValueError(f"due_on on or after opens_on {self.opens_on}, found {self.due_on}")
        return self


class Calendar(Strict):
    """Which periods there are and when each is due."""

    period: Literal["month", "quarter", "contract_year", "request"]
    open_when: Literal["every_day", "on_due_date", "on_request_day"]
    effective_from: date | None = None
    effective_to: date | None = None
    grace_days: int = Field(0, ge=0, le=366)
    roll: Literal["none", "next_working_day"] = "none"
    basis: Basis
    basis_note: str
    due: Due
    known_due: list[KnownDue] = []

    @model_validator(mode="after")
    def open_when_fits_the_period(self) -> Calendar:
        if self.open_when != OPEN_WHEN_OF_PERIOD[self.period]:
            raise ValueError(f"open_when {OPEN_WHEN_OF_PERIOD[self.period]!r} for period {self.period!r}")
        return self

    @model_validator(mode="after")
    def force_ends_after_it_begins(self) -> Calendar:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"effective_to on or after effective_from {self.effective_from}")
        return self

    @model_validator(mode="after")
    def known_due_dates_are_of_periods(self) -> Calendar:
        for start in (known.period_start for known in self.known_due if self.period != "request"):
            if start != starting_on_or_before(self.period, start):
                raise ValueError(f"known_due: a period_start that is the first day of a {self.period}, found {start}")
        return self

    @model_validator(mode="after")
    def known_due_dates_are_one_a_period(self) -> Calendar:
        starts = [known.period_start for known in self.known_due]
        if twice := [start for start in starts if starts.count(start) > 1]:
            raise ValueError(f"known_due: one block for each period_start, found {twice[0]} twice")
        return self

    @property
    def due_rule(self) -> DueRule:
        settings = {name: value for name, value in self.due if value is not None and name != "not_after"}
        limit = self.due.not_after
        return DueRule(**settings, not_after=(limit.month, limit.day) if limit else None, roll=self.roll)

    def period_to_be_dated(self, today: date) -> date | None:
        """The first day of the latest period of which the due date must be entered and is not.

        Asked for from 60 days before the day in the period on which it was due when it was known last.
        """
        if not self.known_due or self.due.rule not in ("none", "days_beginning_with_request"):
            return None
        last = max(self.known_due, key=lambda known: known.period_start)
        start = starting_on_or_before(self.period, today - (last.due_on - last.period_start) + ASKED_FOR_BEFORE)
        return start if start > last.period_start else None

    def opens_on(self, period_start: date) -> date | None:
        """From when on what a period is about can be sent, where that is known."""
        return next((known.opens_on for known in self.known_due if known.period_start == period_start), None)


class Expectation(Strict):
    """One Great Expectations expectation of a suite, run on the return's rows of return_status or of submission."""

    finding: Finding
    table: Literal["return_status", "submission"] = "return_status"
    expectation: Annotated[str, one_of(tuple(TYPES))]
    kwargs: dict[str, Any]
    mostly: float = Field(1.0, gt=0, le=1)
    severity: Literal["critical", "warning", "info"]
    meaning: str

    @model_validator(mode="after")
    def kwargs_are_those_of_the_expectation(self) -> Expectation:
        takes = TYPES[self.expectation]
        if not set(takes.needs) <= set(self.kwargs) <= set(takes.kwargs):
            needed = f" (needed: {', '.join(takes.needs)})" if takes.needs else ""
            found = ", ".join(sorted(self.kwargs)) or "none"
            raise ValueError(f"kwargs of {self.expectation}: {', '.join(takes.kwargs)}{needed}; found {found}")
        for name, value in self.kwargs.items():
            if allowed := wrong_value(name, value):
                raise ValueError(f"kwargs.{name} of {self.expectation}: {allowed}; found {value!r}")
        if "min_value" in takes.kwargs and not {"min_value", "max_value"} & set(self.kwargs):
            raise ValueError(f"kwargs of {self.expectation}: min_value or max_value, or both")
        if ("row_condition" in self.kwargs) != ("condition_parser" in self.kwargs):
            raise ValueError('kwargs: row_condition goes with condition_parser = "great_expectations"')
        return self

    @model_validator(mode="after")
    def columns_are_those_of_the_table(self) -> Expectation:
        columns = COLUMNS_OF_TABLE[self.table]
        for column in columns_in(self.kwargs):
            if column not in columns:
                raise ValueError(f"kwargs.column is a column of {self.table} ({', '.join(columns)}), found {column!r}")
        return self

    @model_validator(mode="after")
    def only_what_judges_rows_is_met_by_most_of_them(self) -> Expectation:
        if self.mostly != 1.0 and not TYPES[self.expectation].of_rows:
            raise ValueError(f"mostly is for expectations that judge each row; leave it out of {self.expectation}")
        return self

    @property
    def is_listed_by_us(self) -> bool:
        """Whether our own SQL gives the complete list of unexpected rows; else Great Expectations names some."""
        return set(self.kwargs) <= set(LISTED_BY_US.get(self.expectation, ()))


class SharedSuiteFile(Strict):
    """A whole expectations/_suite.toml."""

    suite: list[Expectation]

    @model_validator(mode="after")
    def every_finding_is_looked_for(self) -> SharedSuiteFile:
        """Else a file that is about one of them only would quietly put an end to all other checks."""
        needed = get_args(AlwaysLookedFor)
        if absent := [finding for finding in needed if finding not in {one.finding for one in self.suite}]:
            raise ValueError(f"a [[suite]] block for each of {', '.join(needed)}; none for {absent[0]}")
        return self


class ReturnFile(Strict):
    """A whole expectations/<return_code>.toml, its suite completed from the shared one."""

    title: str
    owed_by: Literal["practice", "pcn", "trust"]
    sent_by: str
    kind: Literal["periodic", "on_request", "event", "declaration"]
    supplier: Literal["clinical", "telephony", "online", "none"]
    actions: list[int | str]
    contract_types: list[str]
    watched_by_default: bool = True
    suite_without: list[Finding] = []
    most_unmapped: float | None = Field(None, ge=0, lt=1)  # above it a part counts as missing; appointments alone
    law: list[Law] = Field(min_length=1)
    calendar: Calendar
    suite: list[Expectation] = Field(min_length=1)

    @field_validator("actions")
    @classmethod
    def actions_are_of_a_round(cls, value: list[int | str]) -> list[int | str]:
        if unknown := [action for action in value if action not in actions_there_are()]:
            named = ", ".join(sorted(f'"{one}"' for one in actions_there_are() if isinstance(one, str)))
            allowed = f"numbers from 1 to 10 (the ten actions of 2024) or {named}"
            raise ValueError(f"{allowed}; there is no {unknown[0]!r}")
        return value

    @field_validator("law", mode="before")
    @classmethod
    def later_laws_say_what_differs(cls, value: Any) -> Any:
        """One [law] is a list of one; of several [[law]] blocks each has from the one before what it does not say."""
        if isinstance(value, dict):
            return [value]
        if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
            return value
        whole: list[dict[str, Any]] = []
        for block in value:
            before = {key: held for key, held in (whole[-1] if whole else {}).items() if key not in DAYS_OF_LAW}
            whole.append({**before, **block})
        return whole

    @field_validator("law")
    @classmethod
    def laws_follow_one_another(cls, value: list[Law]) -> list[Law]:
        for law, following in pairwise(value):
            ends, begins = law.effective_to, following.effective_from
            if ends is None or begins is None or begins != ends + timedelta(days=1):
                raise ValueError(
                    "[[law]] blocks that follow one another, each with an effective_from on the day after the "
                    f"effective_to of the one before: found effective_to {ends or 'left out'}, "
                    f"then effective_from {begins or 'left out'}"
                )
        return value

    @model_validator(mode="after")
    def period_fits_the_kind(self) -> ReturnFile:
        allowed = PERIODS_OF_KIND[self.kind]
        if self.calendar.period not in allowed:
            raise ValueError(f"calendar.period of a return of kind {self.kind!r} is one of {', '.join(allowed)}")
        return self

    def law_on(self, day: date) -> Law:
        """The law in force on a day; before the first and after the last, the nearest."""
        return next((law for law in self.law if law.effective_to is None or day <= law.effective_to), self.law[-1])


class MandatoryReturn(ReturnFile):
    """A return with its code, the file that it was read from and that of the shared suite."""

    code: str
    path: Path = Field(exclude=True)
    shared_suite: Path = Field(exclude=True)


@dataclass(frozen=True)
class SharedSuite:
    """What nearly all suites have in common, each expectation with all its keys."""

    path: Path
    expectations: list[dict[str, Any]]


def read_shared_suite(workspace_expectations: Path | None = None) -> SharedSuite:
    """The workspace's own shared suite, or else the shipped one. Raises ConfigurationError."""
    path = _files(workspace_expectations)[SHARED_SUITE]
    content = read_toml(path, SharedSuiteFile, ADVICE)
    return SharedSuite(path, [expectation.model_dump() for expectation in content.suite])


def read_return(path: Path, shared: SharedSuite) -> MandatoryReturn:
    """One return. Raises ConfigurationError naming file, key, value and what is allowed."""
    if not CODE_PATTERN.fullmatch(path.stem) or path.stem in (GUIDANCE, ALL):
        raise ConfigurationError(
            str(path), f"the file's name gives the return code {path.stem!r}",
            f"small letters, digits and underscores, beginning with a letter; neither {GUIDANCE} nor {ALL}",
            "rename the file",
        )  # fmt: skip
    content = _with_whole_suite(toml_content(path, ADVICE), shared.expectations)
    definition = checked(content, ReturnFile, path, ADVICE)
    return MandatoryReturn.model_construct(**dict(definition), code=path.stem, path=path, shared_suite=shared.path)


def load_catalogue(workspace_expectations: Path | None = None) -> dict[str, MandatoryReturn]:
    """All returns by code, in order of code: the shipped ones, overridden or joined by the workspace's own."""
    shared = read_shared_suite(workspace_expectations)
    paths = {path.stem: path for name, path in _files(workspace_expectations).items() if name != SHARED_SUITE}
    return {code: read_return(path, shared) for code, path in sorted(paths.items())}


def watched(returns: Mapping[str, MandatoryReturn], asked: Collection[str]) -> dict[str, MandatoryReturn]:
    """The returns that are watched, in order of code. asked: "guidance", "all" and codes, in any mixture."""
    return {
        code: definition
        for code, definition in returns.items()
        if ALL in asked or code in asked or (GUIDANCE in asked and definition.watched_by_default)
    }


def _files(workspace_expectations: Path | None) -> dict[str, Path]:
    """The files to read, by name: a workspace's own takes the place of a shipped one."""
    folders = [EXPECTATIONS, *([workspace_expectations] if workspace_expectations else [])]
    return {path.name: path for folder in folders for path in folder.glob("*.toml")}


def _with_whole_suite(content: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Any]:
    """A return's file with its whole suite: its own entries in their order, then the shared ones left as they are.

    An entry changes, key by key, the shared one of its finding (and of its expectation, where it names one); else it
    is added. What is not a list of tables stays as it is: the check of the file says what is wrong with it.
    """
    own, without = content.get("suite", []), content.get("suite_without", [])
    if not isinstance(without, list) or not isinstance(own, list) or not all(isinstance(one, dict) for one in own):
        return content
    left = [one for one in shared if one["finding"] not in without]
    suite = []
    for entry in own:
        changed = next((one for one in left if _is_about(entry, one)), {})
        left = [one for one in left if one is not changed]
        suite.append({**changed, **entry})
    return {**content, "suite": suite + left}


def _is_about(entry: dict[str, Any], shared: dict[str, Any]) -> bool:
    """Whether an entry of a return's own file speaks of this expectation of the shared suite."""
    keys = ("table", "expectation")
    named = entry.get("finding"), *(entry.get(key, shared[key]) for key in keys)
    return named == (shared["finding"], *(shared[key] for key in keys))
