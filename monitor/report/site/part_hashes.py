"""A hash of all that each part of the site is made from: by it a build knows which pages to make anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

import duckdb

from monitor.core.hashes import hash_of
from monitor.report.site.published_rows import Row, read, stream
from monitor.report.site.site_facts import AREA_KINDS, COLUMN_OF_AREA, World

Hashes = Mapping[str, str]  # by the code of an organisation, an area or a return


def hashes_of_parts(copy: duckdb.DuckDBPyConnection, world: World) -> dict[str, Hashes]:
    """By kind of part ("organisation", "return", and the kinds of areas) and code. After published_rows.prepare."""
    said_to_all = hash_of(repr(world.areas))
    of_areas = {kind: _of_areas(copy, world, kind, said_to_all) for kind in AREA_KINDS}
    of_organisations = _of_organisations(copy, world, said_to_all)
    return {
        **of_areas,
        "return": _of_returns(copy, world, said_to_all),
        "organisation": of_organisations,
        "rate": _of_rates(copy, world, said_to_all),
        "networks": _of_networks(copy, world, of_organisations),
    }


def _of_rates(copy: duckdb.DuckDBPyConnection, world: World, said_to_all: str) -> Hashes:
    """Of each return and period that has a reporting rate. A page also leads to the other periods of its return."""
    labels = {
        code: repr([(one["slot_start"], one["label"]) for one in rates]) for code, rates in world.rates_of.items()
    }
    said = {part: (part.split()[0], made_from) for part, made_from in _said(copy, "made_from_rates").items()}
    return {
        part: hash_of(made_from, said_to_all, world.titles[code], labels[code])
        for part, (code, made_from) in said.items()
        if code in labels and world.rate_of(code, date.fromisoformat(part.split()[1]))
    }


def _of_networks(copy: duckdb.DuckDBPyConnection, world: World, of_organisations: Hashes) -> Hashes:
    """The pages of all PCNs are one part, made of what every organisation owes and of who belongs where on the day."""
    members = _said(copy, "made_from_networks", as_of=world.edition.as_of)
    return {part: hash_of_networks(members[part] or "", of_organisations) for part in members}


def hash_of_networks(members: str, of_organisations: Hashes) -> str:
    """Of who belongs where, and of all organisations, in whatever order they come."""
    return hash_of(members, *(f"{code} {said}" for code, said in sorted(of_organisations.items())))


def _of_organisations(copy: duckdb.DuckDBPyConnection, world: World, said_to_all: str) -> Hashes:
    of_notices = hash_of(said_to_all, repr(world.notices))
    return {code: hash_of(said, of_notices) for code, said in _said(copy, "made_from_organisations").items()}


def _of_areas(copy: duckdb.DuckDBPyConnection, world: World, kind: str, said_to_all: str) -> Hashes:
    labels = [(slot["return_code"], slot["slot_start"], slot["label"]) for slot in world.slots]
    of_labels = hash_of(said_to_all, repr(labels))
    return {
        code: hash_of(
            said, of_labels, repr(world.completeness_of(kind, code)), repr(world.phases.said_of_area(kind, code))
        )
        for code, said in _said(copy, "made_from_areas", area=COLUMN_OF_AREA[kind]).items()
    }


def _of_returns(copy: duckdb.DuckDBPyConnection, world: World, said_to_all: str) -> Hashes:
    said, gaps = _said(copy, "made_from_returns"), _by_return(world.gaps)
    short, suppliers = _by_return(world.short_feeds), hash_of(repr(read(copy, "supplier_names")))
    return {
        row["return_code"]: hash_of(
            said.get(row["return_code"], ""),
            said_to_all,
            suppliers,
            repr(row),
            repr(world.slots_of.get(row["return_code"])),
            repr(gaps.get(row["return_code"])),
            repr(short.get(row["return_code"])),
            repr(world.phases.said_of_return(row["return_code"])),
            _said_on_the_day(world, row["return_code"]),
        )
        for row in world.returns
    }


def _said_on_the_day(world: World, code: str) -> str:
    """What the pages of a return say only of one day: the law in force, and windows that are open or to come."""
    definition, as_of = world.definitions.get(code), world.edition.as_of
    if definition is None:
        return ""
    has_window = any(definition.calendar.opens_on(slot["slot_start"]) for slot in world.slots_of.get(code, []))
    return f"{definition.law_on(as_of).model_dump_json()} {as_of if has_window else ''}"


def _by_return(rows: Sequence[Row]) -> dict[str, list[Row]]:
    by_return = itemgetter("return_code")
    return {code: list(group) for code, group in groupby(sorted(rows, key=by_return), by_return)}


def _said(copy: duckdb.DuckDBPyConnection, name: str, **values: str | date) -> dict[str, str]:
    return {row["part"]: row["made_from"] for row in stream(copy, name, **values)}
