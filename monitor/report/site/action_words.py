"""Rates, intervals and changes of the action views in words and cells. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from monitor.core.text import number as number_of
from monitor.report.site.pages import Cell, number, short, text
from monitor.report.site.phases import PHASES, Compared
from monitor.report.site.published_rows import Row
from monitor.returns.periods import day_label

MINUS = "\u2212"
TOO_FEW = "too few organisations to tell"
READINGS = (
    "more not received than before", "fewer not received than before", "no change that chance would not explain",
    TOO_FEW,
)  # fmt: skip
PHASE_COLUMNS = ("Before", "During", "After")
CHANGE_COLUMNS = ("Organisations compared", "Change, in points", "Reading")
COUNT_COLUMNS = (
    "Phase", "Expected", "Not known", "In shared gaps", "Judged", "Not received", "Rate", "95% interval",
)  # fmt: skip
COUNTS = ("expected", "not_known", "in_shared_gap", "judged", "not_received")


def dates_of(period: Row) -> str:
    """From when to when a period of collective action goes."""
    ends = f"to {day_label(period['end_on'])}" if period["end_on"] else "on, still open"
    return f"from {day_label(period['start_on'])} {ends}"


def percent(share: float) -> str:
    return f"{share:.1%}"


def interval(row: Row) -> str:
    """Both ends of a rate's interval, in percent; empty where nothing was judged."""
    return f"{row['rate_low'] * 100:.1f} to {row['rate_high'] * 100:.1f}" if row["judged"] else ""


def points(share: float, with_plus: bool = False) -> str:
    """A difference of two shares in percentage points, with a true minus sign."""
    sign = "+" if with_plus and round(share * 100, 1) > 0 else ""
    words = f"{share * 100:.1f}"
    return sign + ("0.0" if words == "-0.0" else words.replace("-", MINUS))


def rate_words(row: Row) -> str | Markup:
    """A rate with its interval, what it is of, and what is in no rate."""
    said = "none judged"
    if row["judged"]:
        said = f"{percent(row['rate'])} ({interval(row)}), {row['not_received']:,} of {row['judged']:,}"
    apart = [f"{row['in_shared_gap']:,} in shared gaps"] if row["in_shared_gap"] else []
    apart += [f"{row['not_known']:,} not known"] if row["not_known"] else []
    return Markup("{}<br>apart: {}").format(said, ", ".join(apart)) if apart else said


def rate_cells(one: Compared) -> Iterator[Cell]:
    """The cells of PHASE_COLUMNS."""
    for phase in PHASES:
        row = one.phases.get(phase)
        yield Cell(rate_words(row), str(row["rate"]) if row["judged"] else "-1") if row else Cell("nothing due", "-2")


def change_cells(change: Row | None) -> tuple[Cell, Cell, Cell]:
    """The cells of CHANGE_COLUMNS."""
    if change is None:
        return number(0), Cell(""), text("nothing to compare")
    return number(change["organisations"]), Cell(_change(change), str(change["change"])), text(change["reading"])


def can_be_told(groups: Sequence[Compared]) -> bool:
    """Whether any of them has enough organisations for its change to say something."""
    return any(one.change and one.change["reading"] != TOO_FEW for one in groups)


def count_rows(one: Compared) -> Iterator[list[Cell]]:
    """A row of COUNT_COLUMNS for each phase in which anything was due."""
    for phase in PHASES:
        row = one.phases.get(phase)
        if row:
            rate = Cell(percent(row["rate"]), str(row["rate"]), is_number=True) if row["judged"] else Cell("", "-1")
            yield [text(phase), *(number(row[name]) for name in COUNTS), rate, Cell(interval(row))]


def change_sentence(change: Row | None) -> str:
    """The change over the same organisations, and how it is read."""
    if change is None:
        return "No organisation has returns to compare both before and during."
    return (
        f"Over the same {number_of(change['organisations'], 'organisation')}: {percent(change['rate_before'])} before, "
        f"{percent(change['rate_during'])} during, a change of {_change(change)} points: {change['reading']}."
    )


def readings_sentence(groups: Sequence[Compared]) -> str:
    """How many returns are read in which way."""
    found: Mapping[str, int] = {
        reading: sum(1 for one in groups if one.change and one.change["reading"] == reading) for reading in READINGS
    }
    without = sum(1 for one in groups if one.change is None)
    said = [f"{reading}: {count}" for reading, count in found.items() if count]
    said += [f"nothing to compare with: {without}"] if without else []
    return f"Of {number_of(len(groups), 'return')} with a due date that has passed: {'; '.join(said)}."


def _change(change: Row) -> str:
    if change["change_low"] is None:
        return points(change["change"], with_plus=True)
    ends = f"{points(change['change_low'])} to {points(change['change_high'])}"
    return f"{points(change['change'], with_plus=True)} ({ends})"


def titled(period: Row) -> str:
    """Name and dates of a period of collective action."""
    return f"{short(period['name'])}, {dates_of(period)}"
