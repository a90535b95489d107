"""What people ask with: a day, a code, a return, on the command line and from Python alike."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from monitor.config.workspace import CONFIGURATION_FILE, FIRST_YEAR, LAST_YEAR
from monitor.core.clock import london_date
from monitor.core.errors import UsageError

if TYPE_CHECKING:  # what takes long to import, and help and completion do without
    from monitor.config.context import Context


MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def day_typed(text: str) -> date:
    """The day that was typed: 2025-09-01, 01/09/2025; of a month (2025-09, Sep-25) its first. Raises ValueError."""
    if month := re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip()):
        return date(int(month[1]), int(month[2]), 1)
    if british := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip()):
        return date(int(british[3]), int(british[2]), int(british[1]))
    if named := re.fullmatch(r"([a-z]{3,9})(?:\s*-\s*(\d\d)|\s+(\d{4}))", text.strip().lower()):
        return date(int(named[3] or f"20{named[2]}"), _month_named(named[1]), 1)
    return date.fromisoformat(text.strip())


def _month_named(name: str) -> int:
    """The number of a month by its name, or by its first three letters; "sept" as well. 0: it is none."""
    return next((at for at, month in enumerate(MONTHS, 1) if name in (month, month[:3], f"{month[:3]}t")), 0)


def day_meant(given: object, today: date, is_of_a_period: bool = True) -> date:
    """The day that is meant by a text as people type it, by `today`, by a day or an instant. Raises ValueError.

    is_of_a_period: whether the name of a month may stand for its first; else Sep-25 could be meant as 25 September.
    """
    if isinstance(given, datetime):
        return london_date(given) if given.tzinfo else given.date()
    if isinstance(given, date):
        return given
    if given == "today":
        return today
    try:
        day = day_typed(given) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"{given!r} is not a day like 2025-01-31 or 31/01/2025, nor a month like 2025-01")
    if not is_of_a_period and str(given).strip()[0].isalpha():
        raise ValueError(f"{given!r} names a month, and a day is asked for: write {day} for its first")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{given!r} is not a day from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def code_meant(given: object) -> str:
    """The code of an organisation or area, whatever its case."""
    return str(given).strip().upper()


def return_meant(given: object) -> str:
    """The code of a return, whatever its case."""
    return str(given).strip().lower()


def known_return(context: Context, return_code: str | None) -> None:
    """Raise UsageError where there is no such return, or where it is not watched here."""
    if return_code is None or return_code in context.catalogue:
        return
    if return_code in context.every_return:
        raise UsageError(
            "the return", f"{return_code} is not watched here", "one of " + ", ".join(context.catalogue),
            f"to watch it, add {return_code!r} to `returns` in {CONFIGURATION_FILE}; `monitor returns` lists all",
        )  # fmt: skip
    from monitor.queries.fits_nobody import nearest
    from monitor.returns.names import names_of_returns

    names, typed = names_of_returns(context.every_return), re.sub("[^a-z0-9]", "", return_code)
    named = [
        names[one] for one in (typed, *(f"{kind} {typed}" for kind in ("practice", "pcn", "trust"))) if one in names
    ]
    near = tuple(dict.fromkeys(named)) or nearest(return_code, context.every_return)
    raise UsageError(
        "the return", f"there is no return {return_code!r}", "one of " + ", ".join(context.every_return),
        f"the nearest: {' or '.join(near)}" if near else "",
    )  # fmt: skip
