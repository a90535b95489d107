"""[[column_map]] of monitor.toml: which headings of an export stand for which columns of one of our own formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from monitor.core.toml import Strict
from monitor.sources.heading_text import loosely
from monitor.sources.own_columns import OWN_COLUMNS, OwnColumns

EVERY_DAY_COLUMN = ""
INSTANTS = frozenset({"submitted_at"})
DAYS = INSTANTS | {
    "period_start", "opened_on", "closed_on", "valid_from", "valid_to", "requested_on", "due_on", "new_due_on",
    "from_on", "to_on",
}  # fmt: skip

# What a row may hold in these columns; any other word in it rejects the row.
WORDS = {
    "outcome": ("accepted", "rejected", "nil"),
    "kind": ("paused", "exempt", "extended", "incident"),
    "scope": ("national", "supplier", "icb", "organisation"),
    "state": ("accepted", "pending", "declined", "withdrawn"),
    "organisation_kind": ("practice", "pcn", "trust"),
    "contract_type": ("gms", "pms", "apms"),
}

_DIRECTIVES = "dmbBYyHIMSpfjaA"
_DAY_FORMAT = re.compile(rf"(%[{_DIRECTIVES}%]|[^%])+")
_EXAMPLE = 'a day format that gives the month and the year, like "%d/%m/%Y" or "%B %Y", made of ' + " ".join(
    f"%{letter}" for letter in _DIRECTIVES
)


def _as_text(value: Any) -> Any:
    """TOML dates and whole numbers are taken as the text that a file would hold."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]


def compared(text: str) -> str:
    """A value of the file as it is compared with those of a map: without case and outer spaces."""
    return text.strip().lower()


class ColumnMap(Strict):
    """One kind of export, to be loaded as one of our own formats.

    name:       what loaded_file.format shows
    fills:      the own format
    columns:    heading of the file -> column of the format
    fixed:      column -> the same value in every row
    values:     column -> value of the file -> value of the format
    leave_out:  column -> values of the file whose rows are none of the format
    day_format: column (EVERY_DAY_COLUMN: all that hold days) -> how the file writes it, as strptime has it: one way
                or several, which are tried in order
    """

    name: str = Field(min_length=1)
    fills: Literal["organisations", "submission log", "requests", "notices", "participation"]
    columns: dict[str, str]
    fixed: dict[str, Text] = {}
    values: dict[str, dict[str, Text]] = {}
    leave_out: dict[str, list[Text]] = {}
    day_format: dict[str, list[str]] = {}

    @property
    def own(self) -> OwnColumns:
        """The columns of the format that it fills."""
        return OWN_COLUMNS[self.fills]

    @property
    def written(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """What every row, or a row with a certain value, gets from the map: (key, column, text)."""
        for column, text in self.fixed.items():
            yield ("fixed", column), column, text
        for column, meanings in self.values.items():
            for value, text in meanings.items():
                yield ("values", column, value), column, text

    @property
    def day_formats(self) -> dict[str, list[str]]:
        """Column -> the ways in which the file writes its days."""
        every = self.day_format.get(EVERY_DAY_COLUMN)
        return {column: every for column in self.columns.values() if every and column in DAYS} or self.day_format

    @field_validator("day_format", mode="before")
    @classmethod
    def day_format_of_every_column(cls, value: Any) -> Any:
        if not isinstance(value, (str, list, dict)):
            raise ValueError('a text like "%d/%m/%Y", a list of them, or a table with one or a list for each column')
        by_column = value if isinstance(value, dict) else {EVERY_DAY_COLUMN: value}
        return {column: [one] if isinstance(one, str) else one for column, one in by_column.items()}

    @model_validator(mode="after")
    def parts_go_together(self) -> ColumnMap:
        self._check_columns()
        self._check_fixed()
        self._check_values()
        self._check_words()
        self._check_days()
        return self

    def _check_columns(self) -> None:
        of_heading: dict[str, str] = {}
        of_column: dict[str, str] = {}
        if not self.columns:
            raise _mistake([], "at least one heading of the file", "columns")
        for heading, column in self.columns.items():
            name = loosely(heading)
            if not name:
                raise _mistake(heading, "a heading of the file", "columns", heading)
            if name in of_heading:
                raise _mistake(
                    heading, f"each heading once; {of_heading[name]!r} is the same but for capitals and spaces",
                    "columns", heading,
                )  # fmt: skip
            self._check_is_column(column, "columns", heading)
            if column in of_column:
                raise _mistake(
                    column, f"each column once; the heading {of_column[column]!r} stands for it", "columns", heading
                )
            of_heading[name], of_column[column] = heading, heading

    def _check_fixed(self) -> None:
        mapped = {column: heading for heading, column in self.columns.items()}
        for column, value in self.fixed.items():
            if column not in self.own.columns:
                raise _mistake(column, self._allowed(), "fixed", column)
            if column in mapped:
                raise _mistake(
                    value, f"a column either in `columns` or in `fixed`; the heading {mapped[column]!r} stands for it",
                    "fixed", column,
                )  # fmt: skip
        given = {*mapped, *self.fixed}
        missing = [column for column in self.own.required if column not in given]
        if missing:
            raise _mistake(
                sorted(given), f"{', '.join(missing)} too (required), in `columns` or in `fixed`",
                "columns",
            )  # fmt: skip

    def _check_values(self) -> None:
        for column, meanings in self.values.items():
            self._check_is_mapped(column, "values")
            _check_distinct(meanings, "values", column)
        for column, texts in self.leave_out.items():
            self._check_is_mapped(column, "leave_out")
            _check_distinct([*self.values.get(column, ()), *texts], "leave_out", column)

    def _check_words(self) -> None:
        for key, column, text in self.written:
            may_be_blank = column not in self.own.required and not text.strip()
            if column in WORDS and not may_be_blank and compared(text) not in WORDS[column]:
                raise _mistake(text, f"one of {_listed(WORDS[column])}", *key)

    def _check_days(self) -> None:
        for column, formats in self.day_format.items():
            place = ("day_format", column) if column != EVERY_DAY_COLUMN else ("day_format",)
            if column != EVERY_DAY_COLUMN:
                self._check_is_mapped(column, "day_format")
                if column not in DAYS:
                    days = [name for name in self.columns.values() if name in DAYS]
                    raise _mistake(column, f"a column of days: {_listed(days)}", *place)
            if not formats:
                raise _mistake(formats, _EXAMPLE, *place)
            for day_format in formats:
                _check_day_format(day_format, *place)

    def _check_is_column(self, column: str, *place: str) -> None:
        if column not in self.own.columns:
            raise _mistake(column, self._allowed(), *place)

    def _check_is_mapped(self, column: str, key: str) -> None:
        if column not in self.columns.values():
            mapped = _listed(self.columns.values())
            raise _mistake(column, f"a column that `columns` gives a heading for: {mapped}", key, column)

    def _allowed(self) -> str:
        return f"a column of {self.fills}: {_listed(self.own.columns)}"


def _check_distinct(texts: Iterable[str], key: str, column: str) -> None:
    """Each value of the file has one meaning."""
    seen: dict[str, str] = {}
    for text in texts:
        if compared(text) in seen:
            raise _mistake(text, f"each value once; {seen[compared(text)]!r} is there already", key, column)
        seen[compared(text)] = text


def is_month_first(day_format: str) -> bool:
    """Whether the month is a number and comes first, before the day."""
    day, month = day_format.find("%d"), day_format.find("%m")
    return 0 <= month < day and not re.search("%[Yy]", day_format[:month])


def _check_day_format(day_format: str, *place: str) -> None:
    if not _gives_month_and_year(day_format):
        raise _mistake(day_format, _EXAMPLE, *place)
    if _reads_iso_days_otherwise(day_format):
        # Real dates of workbooks and Parquet come as 2025-04-03, and must never become the 4th of March.
        raise _mistake(day_format, "a format that does not take 2025-04-03 for another day", *place)


def _gives_month_and_year(day_format: str) -> bool:
    """Whether a day written so can be read again, at least its month and year."""
    if not _DAY_FORMAT.fullmatch(day_format):
        return False
    day = date(2025, 11, 30)
    read = _read(day.strftime(day_format), day_format)
    return read is not None and (read.year, read.month) == (day.year, day.month)


def _reads_iso_days_otherwise(day_format: str) -> bool:
    read = _read("2025-04-03", day_format)
    return read is not None and read != date(2025, 4, 3)


def _read(text: str, day_format: str) -> date | None:
    try:
        return datetime.strptime(text, day_format).date()
    except (ValueError, re.error):  # re.error: one directive twice
        return None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _mistake(found: object, expected: str, *key: str) -> ValidationError:
    """A mistake at one key below [[column_map]], reported by toml_files like any other."""
    kind = PydanticCustomError("column_map", "{expected}", {"expected": expected})
    return ValidationError.from_exception_data("column_map", [InitErrorDetails(type=kind, loc=key, input=found)])
