"""A page as it is decided: where it lies, by which template, and what it says. Rendering is apart; see render.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from markupsafe import Markup

from monitor.core.clock import LONDON
from monitor.core.text import LONGEST_NAME, short
from monitor.core.vocabulary import cause_in_a_cell
from monitor.report.site.places import OVERVIEW
from monitor.report.site.status_tags import TAGS
from monitor.returns.periods import day_label

Thing = TypeVar("Thing")
ROWS_OF_A_PAGE = 1_500  # of half a kilobyte each: a page stays below a megabyte


@dataclass(frozen=True)
class Link:
    """words: what is read. page: where it leads, from the site's folder; empty: nowhere."""

    words: str
    page: str


@dataclass(frozen=True)
class Page:
    """path: below the site's folder. trail: the pages above it, the overview first. content: for its template.

    counted_to: the day up to which its days overdue are counted where a browser runs no scripts, in words; empty: none.
    """

    path: str
    template: str
    title: str
    trail: tuple[Link, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    counted_to: str = ""


@dataclass(frozen=True)
class Piece:
    """Pages that are made only where what they are made from differs: some of those of an area or a return.

    made_from: all that they say, as text. The days that pass since a due date are not in it: browsers count them.
    """

    name: str
    made_from: str
    pages: Callable[[], Iterable[Page]]


@dataclass(frozen=True)
class Cell:
    """A cell of a table. sorts_as: what a browser sorts it by, where that is not the text. page: where it leads.

    counted_from: a day, ISO 8601, from which browsers count the days up to that of the edition.
    """

    text: str | Markup
    sorts_as: str = ""
    page: str = ""
    is_number: bool = False
    counted_from: str = ""


@dataclass(frozen=True)
class Table:
    """caption: what it lists, in words. can_be_sorted: with sorting and filtering in the browser. more: what has no
    room in it. notes: what words in its cells mean, each once. The first cell of a row is its heading.
    """

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    can_be_sorted: bool = False
    more: str = ""
    more_page: str = ""
    notes: tuple[tuple[str, str], ...] = ()


HOME = Link("Overview", OVERVIEW)


def text(value: Any) -> Cell:
    """Words, with what has no end cut short; nothing where there is no value."""
    return Cell("" if value is None else short(str(value)))


def number(value: int | None) -> Cell:
    return Cell("" if value is None else f"{value:,}", "" if value is None else str(value), is_number=True)


def overdue(row: Mapping[str, Any]) -> Cell:
    """Whole days since its due date. They pass: browsers count them, so that a page need not be written every day."""
    days = row["days_overdue"]
    return number(days) if days is None else replace(number(days), counted_from=row["due_on"].isoformat())


def day(value: date | None, otherwise: str = "") -> Cell:
    """A day in words, sorted by its date; without one `otherwise`, sorted last."""
    return Cell(day_label(value), value.isoformat()) if value else Cell(otherwise, "9999")


def moment(value: datetime | None) -> Cell:
    """An instant on London's wall clock."""
    return Cell(instant(value), value.isoformat()) if value else Cell("", "0000")


def instant(value: datetime) -> str:
    """15 January 2026, 09:30 in London."""
    there = value.astimezone(LONDON)
    return f"{day_label(there.date())}, {there:%H:%M}"


def tag(status: str) -> Cell:
    return Cell(TAGS[status])


def link(words: Any, page: str) -> Cell:
    return Cell(short(str(words), 2 * LONGEST_NAME), page=page)  # a name, and what stands behind it


def cause(code: str | None) -> Cell:
    """A cause in few words; cause_words.explained says under the table what they mean."""
    return Cell(cause_in_a_cell(code))


def rate(part: int, whole: int) -> float | None:
    """Per cent to one place, halves up, as SQL rounds; None where there is nothing to be a part of."""
    return (2_000 * part + whole) // (2 * whole) / 10 if whole else None


def percent(value: float | None) -> Cell:
    return Cell("", "", is_number=True) if value is None else Cell(f"{value:.1f}%", f"{value:.1f}", is_number=True)


def named(name: str | None, code: str) -> str:
    """An organisation's name with its code behind it."""
    return f"{short(name)} ({code})" if name else code


def parts(things: Sequence[Thing], size: int = ROWS_OF_A_PAGE) -> Iterator[Sequence[Thing]]:
    """As many at once as a page has room for; one empty part where there are none."""
    rest = iter(things)
    yield list(islice(rest, size))
    while more := list(islice(rest, size)):
        yield more
