"""What is set, silenced or stated in a notice and fits nobody: a slip of the pen, or a code that has ended.

Such a thing does nothing, and without a word nobody would notice: an exemption that exempts nobody, a route that takes
nothing. Rows only; operations/misfits.py has the sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

import duckdb

from monitor.config.context import Context
from monitor.config.settings import Filters
from monitor.core.clock import london_date
from monitor.store.named_sql import SqlTemplate, queries_beside, rows_as_dicts

SQL = queries_beside(__file__)

CONTRACT_TYPES = ("GMS", "PMS", "APMS")
NEAR_ENOUGH, MOST_NEAR = 0.6, 3
LAST_DAY = date(9999, 12, 31)

# What can be named.
ICB, SUB_ICB, PCN, ORGANISATION, SUPPLIER, RETURN, CONTRACT_TYPE, AREA = (
    "ICB", "sub-ICB", "PCN", "organisation", "supplier", "return", "contract type", "ICB, sub-ICB or PCN",
)  # fmt: skip
KIND_OF_AREA = {ICB: ("icb",), SUB_ICB: ("sub_icb",), PCN: ("pcn",), AREA: ("icb", "sub_icb", "pcn")}


class Misfit(StrEnum):
    """How something that is named does not fit."""

    UNKNOWN = "unknown"  # nothing of that name is known
    ENDED = "ended"  # nobody belongs to it any more
    NOT_YET = "not_yet"  # nobody belongs to it before a later day
    NOT_THEN = "not_then"  # somebody belongs to it, but not in the time that a notice is about
    OTHER_KIND = "other_kind"  # a supplier, but none of the kind that stands between for the return
    NO_SUPPLIER = "no_supplier"  # no supplier stands between for the return
    NOT_WATCHED = "not_watched"  # a return that `returns` in monitor.toml leaves out
    SHORTENS = "shortens"  # an extension to a day before the due date


@dataclass(frozen=True)
class Named:
    """Where something is named, what it is and its name. file: of a notice, its file and row."""

    where: str
    kind: str
    name: str
    file: str = ""


@dataclass(frozen=True)
class Unfit:
    """Something named that does not fit.

    near: known names most like it. on: its last day, its first one, or the due date that an extension would shorten.
    moved: of an ICB that has ended, how many of its organisations are in which ICB now, the most first.
    """

    named: Named
    misfit: Misfit
    near: tuple[str, ...] = ()
    on: date | None = None
    moved: tuple[tuple[str | None, int], ...] = ()


@dataclass(frozen=True)
class Area:
    """From when to when organisations belong to an ICB, sub-ICB or PCN, and whether one does now."""

    first_on: date
    last_on: date
    is_now: bool


@dataclass(frozen=True)
class Known:
    """What the register and the returns know. suppliers: by kind, by the name as it is compared, the name."""

    areas: Mapping[tuple[str, str], Area]
    ended: Mapping[str, tuple[date, tuple[tuple[str | None, int], ...]]]
    organisations: Collection[str]
    suppliers: Mapping[str, Mapping[str, str]]
    contract_types: Collection[str]
    returns_to: Mapping[str, date | None] = field(default_factory=dict)
    watched: Collection[str] = ()

    def supplier_names(self) -> dict[str, str]:
        """Every supplier, of whatever kind, by its name as it is compared."""
        return {key: name for names in self.suppliers.values() for key, name in names.items()}


def fits_nobody(connection: duckdb.DuckDBPyConnection, context: Context, table: str) -> list[Unfit]:
    """Everything that does not fit, as of the day of the question that is stated on this connection.

    table: holds the answer (return_status_row), with extensions that shorten. Empty where no register is
    loaded: then nothing could fit.
    """
    known = _known(connection, context)
    if not known.organisations:
        return []
    (as_of,) = connection.execute("SELECT as_of FROM question").fetchone() or (london_date(context.clock()),)
    named = [*_in_settings(context), *_in_silences(connection, context)]
    unfit = [one for each in named if (one := _misfit(each, known, as_of))]
    return [*unfit, *_notices(connection, context, known, as_of, table)]


def watches_nobody(connection: duckdb.DuckDBPyConnection, context: Context) -> bool:
    """Whether `icbs` names only ICBs for which no organisation stands, so that nothing at all is watched."""
    if not context.settings.icbs or not connection.execute(SQL["organisations_known"]).fetchone():
        return False
    stands_for = {code for (code,) in connection.execute("SELECT DISTINCT icb_code FROM icb_member").fetchall()}
    return not stands_for & set(context.settings.icbs)


def nearest(name: str, known: Collection[str]) -> tuple[str, ...]:
    """The known names most like one, the likest first; those that hold it, or that it holds, are like it."""
    ranked = sorted((-_likeness(name.casefold(), one.casefold()), one) for one in known)
    near = tuple(one for unlikeness, one in ranked[:MOST_NEAR] if -unlikeness >= NEAR_ENOUGH)
    return near or (tuple(sorted(known)) if len(known) <= MOST_NEAR else ())  # of few, all are near enough


def _likeness(one: str, other: str) -> float:
    holds = len(one) > 1 and len(other) > 1 and (one in other or other in one)
    return 1.0 if holds else SequenceMatcher(None, one, other).ratio()


def _known(connection: duckdb.DuckDBPyConnection, context: Context) -> Known:
    areas = {
        (kind, code): Area(first_on, last_on, is_now)
        for kind, code, first_on, last_on, is_now in connection.execute(SQL["areas_by_day"]).fetchall()
    }
    ended: dict[str, tuple[date, tuple[tuple[str | None, int], ...]]] = {}
    for code, last_on, icb_now, organisations in connection.execute(SQL["icbs_ended"]).fetchall():
        moved = ended[code][1] if code in ended else ()
        ended[code] = (last_on, (*moved, (icb_now, organisations)))
    suppliers: dict[str, dict[str, str]] = {}
    for kind, key, name in connection.execute(SQL["suppliers_known"]).fetchall():
        suppliers.setdefault(kind, {})[key] = name
    return Known(
        areas,
        ended,
        {code for (code,) in connection.execute(SQL["organisations_known"]).fetchall()},
        suppliers,
        {*CONTRACT_TYPES, *(one for (one,) in connection.execute(SQL["contract_types_known"]).fetchall())},
        {code: definition.calendar.effective_to for code, definition in context.every_return.items()},
        context.catalogue,
    )


def _in_settings(context: Context) -> Iterator[Named]:
    settings = context.settings
    yield from (Named("icbs", ICB, code) for code in settings.icbs)
    yield from (Named("also_covered", CONTRACT_TYPE, code) for code in settings.also_covered)
    for number, change in enumerate(settings.step_change, 1):
        where = f"[[step_change]] {number}"
        yield from _each(where, ORGANISATION, [change.organisation] if change.organisation else [])
        yield from _each(where, ICB, [change.icb] if change.icb else [])
    for number, route in enumerate(settings.mail.route if settings.mail else [], 1):
        yield from _in_filters(f"[[mail.route]] {number}", route)
    for channel in settings.channel:
        yield from _in_filters(f"[[channel]] {channel.name}", channel)


def _in_filters(where: str, filters: Filters) -> Iterator[Named]:
    yield from _each(f"{where}, icbs", ICB, filters.icbs)
    yield from _each(f"{where}, sub_icbs", SUB_ICB, filters.sub_icbs)
    yield from _each(f"{where}, pcns", PCN, filters.pcns)
    yield from _each(f"{where}, returns", RETURN, filters.returns)


def _each(where: str, kind: str, names: Sequence[str]) -> Iterator[Named]:
    return (Named(where, kind, name) for name in names)


def _in_silences(connection: duckdb.DuckDBPyConnection, context: Context) -> Iterator[Named]:
    kinds = {"return_code": RETURN, "supplier": SUPPLIER, "organisation_code": ORGANISATION, "area_code": AREA}
    for row in rows_as_dicts(connection.execute(SQL["silences_in_force"], {"at": context.clock()})):
        where = f"silence {row['silence_id']}"
        yield from (Named(where, kind, row[column]) for column, kind in kinds.items() if row[column])


def _misfit(named: Named, known: Known, as_of: date) -> Unfit | None:
    """How what is named does not fit; None where it does."""
    if named.kind in KIND_OF_AREA:
        return _area_misfit(named, known, as_of)
    if named.kind == RETURN:
        return _return_misfit(named, known, as_of)
    names: dict[str, Collection[str]] = {
        ORGANISATION: known.organisations,
        CONTRACT_TYPE: known.contract_types,
        SUPPLIER: known.supplier_names().values(),
    }
    return _unknown(named, names[named.kind])


def _unknown(named: Named, names: Collection[str]) -> Unfit | None:
    return None if named.name in names else Unfit(named, Misfit.UNKNOWN, nearest(named.name, names))


def _area_misfit(named: Named, known: Known, as_of: date) -> Unfit | None:
    kinds = KIND_OF_AREA[named.kind]
    found = [known.areas[kind, named.name] for kind in kinds if (kind, named.name) in known.areas]
    if not found:
        return Unfit(named, Misfit.UNKNOWN, nearest(named.name, {code for kind, code in known.areas if kind in kinds}))
    if "icb" in kinds and named.name in known.ended:
        last_on, moved = known.ended[named.name]
        return Unfit(named, Misfit.ENDED, on=last_on, moved=moved)
    if any(area.is_now for area in found):
        return None
    if all(area.first_on > as_of for area in found):
        return Unfit(named, Misfit.NOT_YET, on=min(area.first_on for area in found))
    return Unfit(named, Misfit.ENDED, on=max(area.last_on for area in found))


def _return_misfit(named: Named, known: Known, as_of: date) -> Unfit | None:
    if named.name not in known.returns_to:
        return Unfit(named, Misfit.UNKNOWN, nearest(named.name, known.returns_to))
    if named.name not in known.watched:
        return Unfit(named, Misfit.NOT_WATCHED)
    last_on = known.returns_to[named.name]
    return Unfit(named, Misfit.ENDED, on=last_on) if last_on and last_on < as_of else None


def _notices(
    connection: duckdb.DuckDBPyConnection, context: Context, known: Known, as_of: date, table: str
) -> Iterator[Unfit]:
    misfit_of: dict[str, Callable[[Named, dict[str, Any]], Unfit | None]] = {
        "supplier": lambda named, row: _supplier_of_notice(named, row, known, _supplier_kind(context, row)),
        "icb": lambda named, row: _icb_of_notice(named, row, known, as_of),
        "organisation": lambda named, row: _misfit(named, known, as_of),
    }
    sql = SqlTemplate(SQL["notices_in_force"]).substitute(table=table)
    for row in rows_as_dicts(connection.execute(sql)):
        file = f"{row['file_name']} row {row['row_number']}"
        where = f"notice {row['notice_id']}"
        if row["return_code"] not in known.returns_to:
            named = Named(where, RETURN, row["return_code"], file)
            yield Unfit(named, Misfit.UNKNOWN, nearest(named.name, known.returns_to))
        elif row["scope"] in misfit_of:
            named = Named(where, _KIND_OF_SCOPE[row["scope"]], row["scope_value"], file)
            unfit = misfit_of[row["scope"]](named, row)
            if unfit:
                yield unfit
        if row["due_on"]:
            yield Unfit(Named(where, RETURN, str(row["new_due_on"]), file), Misfit.SHORTENS, on=row["due_on"])


_KIND_OF_SCOPE = {"supplier": SUPPLIER, "icb": ICB, "organisation": ORGANISATION}


def _supplier_kind(context: Context, row: dict[str, Any]) -> str:
    return context.every_return[row["return_code"]].supplier


def _supplier_of_notice(named: Named, row: dict[str, Any], known: Known, kind: str) -> Unfit | None:
    """A notice's supplier must be one of the kind that stands between for its return."""
    of_kind = known.suppliers.get(kind, {})
    if row["supplier_key"] in of_kind:
        return None
    if kind == "none":
        return Unfit(named, Misfit.NO_SUPPLIER)
    near = nearest(named.name, of_kind.values())
    return Unfit(named, Misfit.OTHER_KIND if row["supplier_key"] in known.supplier_names() else Misfit.UNKNOWN, near)


def _icb_of_notice(named: Named, row: dict[str, Any], known: Known, as_of: date) -> Unfit | None:
    """A notice applies to those that belonged to its ICB on a period's last day, whatever became of the ICB."""
    if row["is_of_icb"]:
        return None
    return _area_misfit(named, known, as_of) or Unfit(named, Misfit.NOT_THEN)
