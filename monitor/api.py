"""The program from Python: `monitor.open()` gives a workspace to ask, with answers as pandas DataFrames.

The same functions answer as on the command line. What a person can put right is a `monitor.UserError` with the message
that the command line has.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.checks.check_runs import last_recorded_day
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace, workspace_folder
from monitor.core.clock import Clock, london_date
from monitor.core.errors import Mendable, UsageError, UserError
from monitor.core.permissions import kept_from_others
from monitor.core.vocabulary import Status
from monitor.queries import listings
from monitor.queries.as_of import answering, deriving
from monitor.queries.asked import code_meant, day_meant, known_return, return_meant
from monitor.queries.frames import frame_of, frame_of_rows
from monitor.queries.own_sql import query_of_a_person, run_query
from monitor.store.connection import open_for_questions
from monitor.store.sessions import reading

if TYPE_CHECKING:
    import pandas as pd

    from monitor.pipeline import Ran, Stages

Day = date | str | None


class Explanation(str):
    """The lines of an explanation, which a notebook shows as lines."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


@contextmanager
def as_user_errors() -> Iterator[None]:
    """Turn what a person can put right into a UserError, without the way through the program that led to it."""
    try:
        yield
    except Mendable as mistake:
        raise UserError(mistake.message) from None


@dataclass(frozen=True)
class OpenWorkspace:
    """A workspace to ask. Its settings and returns are read anew for each question, so an edit holds at once.

    clock, environ, stages: as in `Here` of the command line; for tests.
    """

    folder: Path
    clock: Clock
    environ: Mapping[str, str]
    stages: Stages | None = None

    def status(self, as_of: Day = None, known_at: Day = None, **filters: Any) -> pd.DataFrame:
        """The expected returns and their status: the columns of return_status.

        as_of: the day the question is about (else today). known_at: from what had been loaded by the end of that day.
        filters: return_code, organisation, status, icb as on the command line (an ICB: now or then), and any other
        column of return_status; one value, or several in a list.
        """
        with as_user_errors():
            return self._status(as_of, known_at, filters)

    def missed(self, as_of: Day = None, known_at: Day = None, **filters: Any) -> pd.DataFrame:
        """The rows of `status` that are not received or rejected."""
        with as_user_errors():
            frame = self._status(as_of, known_at, filters)
        return frame[frame["is_missed"]].reset_index(drop=True)

    def absences(self, as_of: Day = None, known_at: Day = None, **filters: Any) -> pd.DataFrame:
        """Consecutive returns that one organisation has not sent, one row each: the columns of the view absence.

        filters: return_code, organisation, icb (as of now), and any other column; is_open=True for those not over.
        """
        with as_user_errors():
            context = self._context()
            wanted = _Wanted.of(context, filters, {"icb": "icb_now"})
            with answering(context, *self._days(as_of, known_at)) as (connection, day, table):
                frame = frame_of(listings.select_absences(connection, table))
            return _about(wanted.of_frame(frame), day, known_at)

    def findings(self, **filters: Any) -> pd.DataFrame:
        """The findings of the last recorded check, open and over (those have resolved_at): the columns of finding."""
        with as_user_errors():
            context = self._context()
            wanted = _Wanted.of(context, filters, {})
            with reading(context) as connection:
                day = last_recorded_day(connection)
                if day is None:
                    raise UsageError("the check", "there is none yet", advice="`monitor run` first")
                frame = frame_of(listings.select_findings(connection))
            return _about(wanted.of_frame(frame), day, None)

    def due(self, days: int = 30, as_of: Day = None) -> pd.DataFrame:
        """What falls due within so many days, one row a return, period and due date."""
        with as_user_errors():
            if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= listings.LONGEST_LOOK_AHEAD:
                raise UsageError("days", f"is {days!r}", f"a whole number from 0 to {listings.LONGEST_LOOK_AHEAD}")
            context = self._context()
            with deriving(context, self._day("as_of", as_of), days_ahead=days) as (connection, day):
                rows = listings.due_rows(connection, "return_status_row", day, days, context.catalogue)
            return _about(frame_of_rows(*rows), day, None)

    def sql(self, query: str, **values: Any) -> pd.DataFrame:
        """Read-only SQL on the published database. values: what stands for $name in the query."""
        with as_user_errors():
            context = self._context()
            published, limit = context.workspace.published, context.settings.memory_limit
            with open_for_questions(published, limit) as connection, query_of_a_person():
                return frame_of(run_query(connection, query, values))

    def explain(
        self, organisation: str, return_code: str, period_start: date | str, as_of: Day = None, known_at: Day = None
    ) -> Explanation:
        """Step by step why an expected return has its status: what `monitor explain` prints."""
        from monitor.core.text import on_one_line
        from monitor.queries.explain import Asked, explanation

        with as_user_errors():
            context = self._context()
            known_return(context, return_code := return_meant(return_code))
            starts = self._day("period_start", period_start)
            if starts is None:
                raise UsageError("period_start", "is not given", "a day like 2025-01-31, or a month like 2025-01")
            to_day, known = self._days(as_of, known_at)
            with deriving(context, to_day, known_at=known, return_codes=[return_code]) as (connection, day):
                asked = Asked(code_meant(organisation), return_code, starts, day)
                lines = list(explanation(connection, asked, context.catalogue[return_code]))
            return Explanation("\n".join(map(on_one_line, lines)))

    def run(self, as_of: Day = None) -> Ran:
        """One whole cycle, as `monitor run`: load, check, alert, publish, report. Gives what was done.

        why_in_part of it says why a person is needed; it is empty where nobody is.
        """
        from monitor import pipeline

        with as_user_errors(), kept_from_others():
            return pipeline.run(self._context(), self._day("as_of", as_of), self.stages)

    def to_excel(self, frame: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
        """Write a frame as a workbook that Excel opens, with real dates and numbers and London time; gives its path.

        What an index says (of a group, for example) becomes columns before the others.
        """
        from monitor.report.workbook.frame_sheet import write_frame

        with as_user_errors(), kept_from_others():
            return write_frame(frame, Path(path))

    def _context(self) -> Context:
        return read_context(Workspace(self.folder), self.clock, environ=self.environ)

    def _status(self, as_of: Day, known_at: Day, filters: Mapping[str, Any]) -> pd.DataFrame:
        context = self._context()
        wanted = _Wanted.of(context, filters, {"icb": "icb_code"})
        with answering(context, *self._days(as_of, known_at)) as (connection, day, table):
            asked = (wanted.return_code, wanted.organisation, wanted.status, wanted.icb)
            frame = frame_of(listings.select_status(connection, table, *asked))
            if wanted.organisation and not listings.is_known(connection, wanted.organisation):
                _say(f"no organisation {wanted.organisation} is in the register")
            if wanted.icb and not listings.is_icb_known(connection, wanted.icb):
                _say(f"no organisation in the register belongs or belonged to the ICB {wanted.icb}")
        return _about(wanted.of_frame(frame), day, known_at)

    def _days(self, as_of: Day, known_at: Day) -> tuple[date | None, date | None]:
        return self._day("as_of", as_of), self._day("known_at", known_at)

    def _day(self, name: str, given: Day) -> date | None:
        try:
            return None if given is None else day_meant(given, london_date(self.clock()), is_of_a_period=False)
        except ValueError as error:
            raise UsageError(name, str(error)) from None


def open_workspace(
    folder: str | os.PathLike[str] | None = None, clock: Clock | None = None, stages: Stages | None = None
) -> OpenWorkspace:
    """As `monitor.open`; clock and stages are for tests."""
    from monitor.core.clock import now

    with as_user_errors():
        given = None if folder is None else Path(folder)
        opened = OpenWorkspace(workspace_folder(given, os.environ), clock or now, os.environ, stages)
        opened._context()
        return opened


@dataclass(frozen=True)
class _Wanted:
    """What an answer is narrowed to. others: by column, the values that are wanted, compared in the frame.

    return_code, organisation, status and icb are one value each, as on the command line.
    """

    return_code: str | None = None
    organisation: str | None = None
    status: str | None = None
    icb: str | None = None
    others: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    @classmethod
    def of(cls, context: Context, filters: Mapping[str, Any], columns: Mapping[str, str]) -> _Wanted:
        """Read filters as typed. columns: by filter, its column where it is compared in the frame."""
        wanted = cls()
        for given, value in filters.items():
            name = {"organisation_code": "organisation"}.get(given, given)
            if value is None:
                continue
            values = tuple(map(_MEANT.get(name, _as_given), _several(value)))
            for one in values if name == "return_code" else ():
                known_return(context, one)
            for one in values if name == "status" else ():
                _known_status(one)
            if name in _MEANT and len(values) == 1:
                wanted = replace(wanted, **{name: values[0]})
            else:
                column = columns.get(name, {"organisation": "organisation_code"}.get(name, name))
                wanted = replace(wanted, others=(*wanted.others, (column, values)))
        return wanted

    def of_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Narrow a frame to what is wanted; what SQL has already done is done once more. Raises UsageError."""
        single = (("return_code", self.return_code), ("organisation_code", self.organisation), ("status", self.status))
        filters = [*((column, (value,)) for column, value in single if value is not None), *self.others]
        if self.icb is not None and "icb_code" not in frame.columns:
            filters.append(("icb_now", (self.icb,)))
        for column, values in filters:
            if column not in frame.columns:
                raise UsageError("the filter", f"there is no column {column}", "one of " + ", ".join(frame.columns))
            frame = frame[frame[column].isin(_comparable(frame[column], values))]
        return frame.reset_index(drop=True)


def _as_given(value: Any) -> Any:
    return value


_MEANT: dict[str, Callable[[Any], Any]] = {
    "return_code": return_meant, "organisation": code_meant, "icb": code_meant, "status": str,
}  # fmt: skip


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _known_status(status: str) -> None:
    if status not in list(Status):
        raise UsageError("the status", f"there is none {status!r}", "one of " + ", ".join(Status))


def _comparable(column: pd.Series, values: tuple[Any, ...]) -> list[Any]:
    """Values as the column has them: days and months as people type them, codes in capitals."""
    if column.dtype.kind == "M":
        import pandas as pd

        try:
            return [pd.Timestamp(day_meant(value, date.max)) for value in values]
        except ValueError as error:
            raise UsageError(str(column.name), str(error)) from None
    is_code = str(column.name).endswith(("icb_code", "pcn_code", "icb_now"))
    return [code_meant(value) if is_code and isinstance(value, str) else value for value in values]


def _about(frame: pd.DataFrame, day: date, known_at: Day) -> pd.DataFrame:
    """Note on a frame which day it is about."""
    frame.attrs.update({"as_of": day, **({"known_at": known_at} if known_at else {})})
    return frame


def _say(words: str) -> None:
    print(f"monitor: {words}", file=sys.stderr)
