"""Building the site: the order in which the published copy is read and its pages are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from monitor.queries.publications import needed_publications
from monitor.report.site import action_pages, area_pages, other_pages, rate_pages, return_pages
from monitor.report.site.built import EDITION_SCRIPT, Built, Ground, key_of, key_of_parts, others_beside
from monitor.report.site.heat_maps import of_areas
from monitor.report.site.html import as_html
from monitor.report.site.made_from import MADE_FROM, Parts
from monitor.report.site.organisation_pages import ATTEMPTS_OF_A_PAGE, OfOrganisation, organisation_page_of
from monitor.report.site.overview import ABSENCES_OF_THE_OVERVIEW, FILES_OF_THE_OVERVIEW, Today, nothing_yet, overview
from monitor.report.site.pages import Link, Page, Piece
from monitor.report.site.part_hashes import hashes_of_parts
from monitor.report.site.phases import Phases
from monitor.report.site.published_rows import (
    Edition,
    Row,
    edition,
    prepare,
    put_rates,
    put_reach,
    put_rows,
    read,
    stream,
)
from monitor.report.site.site_facts import AREA_KINDS, COLUMN_OF_AREA, World
from monitor.report.site.site_folder import Folder

HERE = Path(__file__).parent
ASSETS = ("nhsuk.css", "site.css", "site.js")  # nhsuk.css is made by .ci/nhsuk
ORGANISATIONS_SCRIPT = "assets/organisations.js"
Progress = Callable[[str, str], None]


def build_site(ground: Ground, folder: Path, on_stage: Progress = lambda stage, item: None) -> Built:
    """Write the site of an edition: only files that differ are touched. Raises OSError.

    The file that names the edition is written last, so a build that was cut short is done again by the next run.
    """
    target, found = Folder(folder), edition(ground.copy)
    key = key_of(ground, found, folder)
    for name in ASSETS:
        target.write(f"assets/{name}", (HERE / "assets" / name).read_text(encoding="utf-8"))
    parts = Parts.in_folder(folder, key_of_parts(ground))
    for page in _pages(ground, found, target, parts, on_stage):
        target.write(page.path, as_html(page))
    target.kept.update(parts.standing, [EDITION_SCRIPT])
    target.write(MADE_FROM, parts.as_json())
    target.remove_others()
    target.write(EDITION_SCRIPT, other_pages.edition_script(found, key))
    return Built(folder, target.written, target.removed)


def _pages(ground: Ground, found: Edition | None, target: Folder, parts: Parts, on_stage: Progress) -> Iterator[Page]:
    copy = ground.copy
    others = tuple(Link(words, place) for words, place in others_beside(target.folder))
    yield other_pages.search_page()
    yield other_pages.method_page(ground.settings, read(copy, "collective_action"), others)
    yield other_pages.dictionary_page(read(copy, "dictionary"))
    if found is None:
        target.write(ORGANISATIONS_SCRIPT, other_pages.organisations_script([]))
        yield nothing_yet(others)
        return
    prepare(copy)
    world = _world(ground, found)
    hashes = hashes_of_parts(copy, world)
    wanted = {kind: parts.wanted(kind, of_kind) for kind, of_kind in hashes.items()}
    put_rows(copy, wanted, ABSENCES_OF_THE_OVERVIEW)
    pages: Iterable[Page | Piece]
    world = replace(world, suppliers=read(copy, "suppliers", returns=wanted["return"]))
    on_stage("writing pages", "overview and returns")
    yield overview(world, _today(ground, world, others))
    yield return_pages.index(world)
    yield area_pages.index(world)
    yield action_pages.index(world)
    yield rate_pages.index(world)
    for code, pages in _of_rates(copy, world, wanted["rate"]):
        yield from parts.written(f"rate {code}", hashes["rate"][code], pages)
    for code in wanted["networks"]:
        pages = rate_pages.networks(world, read(copy, "networks"))
        yield from parts.written(f"networks {code}", hashes["networks"][code], pages)
    for code, pages in _of_returns(copy, world, wanted["return"]):
        yield from parts.written(f"return {code}", hashes["return"][code], pages)
    for kind in AREA_KINDS:
        on_stage("writing pages", f"areas, {AREA_KINDS[kind]}")
        for code, pages in _of_areas(copy, world, kind, wanted[kind]):
            yield from parts.written(f"{kind} {code}", hashes[kind][code], pages)
    on_stage("writing pages", "organisations")
    organisations = read(copy, "organisations")
    target.write(ORGANISATIONS_SCRIPT, other_pages.organisations_script(organisations))
    with_contacts = ground.settings.site.show_contacts
    for code, page in _of_organisations(copy, world, organisations, wanted["organisation"], with_contacts):
        yield from parts.written(f"organisation {code}", hashes["organisation"][code], [page])


def _world(ground: Ground, found: Edition) -> World:
    copy = ground.copy
    return World(
        edition=found,
        returns=read(copy, "returns"),
        slots=read(copy, "slots", as_of=found.as_of),
        gaps=read(copy, "gaps"),
        areas=read(copy, "area_names"),
        definitions=ground.catalogue,
        phases=_phases(copy),
        short_feeds=read(copy, "short_feeds"),
        completeness=read(copy, "completeness"),
        notices=read(copy, "notices"),
        rates=read(copy, "rates_of_periods", as_of=found.as_of),
        unread=_by(read(copy, "unread_of_organisations"), "organisation_code"),
    )


def _phases(copy: duckdb.DuckDBPyConnection) -> Phases:
    periods = read(copy, "collective_action")
    if not periods:
        return Phases()
    return Phases(
        periods,
        read(copy, "action_rates"),
        read(copy, "action_changes"),
        read(copy, "action_stopped", most=action_pages.STOPPED_OF_A_RETURN),
    )


def _today(ground: Ground, world: World, others: tuple[Link, ...]) -> Today:
    copy, as_of, monitor_from = ground.copy, world.edition.as_of, ground.settings.monitor_from
    with_contacts = ground.settings.site.show_contacts
    put_reach(copy)
    return Today(
        publications=needed_publications(copy, "return_status", ground.catalogue, monitor_from, as_of),
        unchecked=read(copy, "unchecked"),
        unread=read(copy, "unread"),
        news=read(copy, "news"),
        files=read(copy, "files", most=FILES_OF_THE_OVERVIEW),
        fresh=read(copy, "fresh"),
        open_findings=read(copy, "open_findings"),
        others=others,
        absences=read(copy, "absences_first", most=ABSENCES_OF_THE_OVERVIEW),
        absent=read(copy, "absent_kinds"),
        with_contacts=with_contacts,
        supplier_contacts=_contacts(read(copy, "supplier_contacts")) if with_contacts else {},
    )


def _contacts(rows: list[Row]) -> dict[str, str]:
    return {row["supplier"]: row["contact"] for row in rows}


def _of_rates(
    copy: duckdb.DuckDBPyConnection, world: World, wanted: Sequence[str]
) -> Iterator[tuple[str, Iterable[Page]]]:
    """The page of the reporting rate of each wanted return and period."""
    if not wanted:
        return
    put_rates(copy)
    for (code, start), rows in groupby(stream(copy, "rates", wanted=wanted), itemgetter("return_code", "slot_start")):
        slot = world.rate_of(code, start)
        if slot:
            yield f"{code} {start}", [rate_pages.page_of_period(world, code, slot, list(rows))]


def _of_returns(
    copy: duckdb.DuckDBPyConnection, world: World, wanted: Sequence[str]
) -> Iterator[tuple[str, Iterable[Page | Piece]]]:
    """The pages of each wanted return, with its code."""
    if not wanted:
        return
    missed = _by(read(copy, "missed", returns=wanted), "return_code")
    areas = read(copy, "areas", kinds=["icb", "sub-icb"], returns=wanted, wanted=[])
    for row in world.returns:
        code = row["return_code"]
        if code in wanted:
            of_return = [area for area in areas if area["return_code"] == code]
            pages = return_pages.pages_of_return(world, row, missed.get(code, []), of_return)
            yield code, chain(pages, action_pages.pages_of_return(world, code))


def _of_areas(
    copy: duckdb.DuckDBPyConnection, world: World, kind: str, wanted: Sequence[str]
) -> Iterator[tuple[str, Iterable[Page | Piece]]]:
    """The pages of each wanted area of one kind. Its organisations are streamed: they may be all there are."""
    if not wanted:
        return
    counts = _by_area(read(copy, "areas", kinds=[kind], returns=[], wanted=wanted))
    missed = _by_area(read(copy, "area_missed", most=area_pages.MISSED_OF_AN_AREA, kind=kind, wanted=wanted))
    absences = _by_area(_absences_of_areas(copy, kind, wanted))
    for code, maps in of_areas(stream(copy, "heat", area=COLUMN_OF_AREA[kind], wanted=wanted)):
        rows = area_pages.OfArea(
            counts[code], missed.get(code, []), world.completeness_of(kind, code), absences.get(code, [])
        )
        yield code, area_pages.area_pages(world, kind, code, rows, maps)


def _absences_of_areas(copy: duckdb.DuckDBPyConnection, kind: str, wanted: Sequence[str]) -> list[Row]:
    most = area_pages.ABSENCES_OF_AN_AREA
    return list(stream(copy, "absences_of_areas", area=COLUMN_OF_AREA[kind], most=most, wanted=wanted))


def _by_area(rows: list[Row]) -> dict[str, list[Row]]:
    return _by(rows, "area_code")


def _by(rows: list[Row], name: str) -> dict[str, list[Row]]:
    """Rows that are sorted by a code, by that code."""
    return {code: list(group) for code, group in groupby(rows, itemgetter(name))}


def _of_organisations(
    copy: duckdb.DuckDBPyConnection, world: World, organisations: list[Row], wanted: Sequence[str], with_contacts: bool
) -> Iterator[tuple[str, Page]]:
    """The page of each wanted organisation. Four sorted streams run side by side; a page takes its rows of each."""
    if not wanted:
        return
    facts = {row["organisation_code"]: row for row in organisations}
    participation = _taken(iter(read(copy, "participation")))
    absences = _taken(iter(read(copy, "absences_of_organisations", wanted=wanted)))
    contacts = _taken(iter(read(copy, "contacts_of_organisations", wanted=wanted if with_contacts else [])))
    # A cursor of its own: the rows of the copy itself are being read meanwhile.
    attempts = _taken(stream(copy.cursor(), "attempts", most=ATTEMPTS_OF_A_PAGE, wanted=wanted))
    counts = _taken(stream(copy.cursor(), "record_counts", wanted=wanted))
    by_code = itemgetter("organisation_code")
    for code, rows in groupby(stream(copy, "organisation_rows", wanted=wanted), by_code):
        one = OfOrganisation(
            facts[code], list(rows), attempts(code), participation(code), counts(code), absences(code), contacts(code)
        )
        yield code, organisation_page_of(world, one)


def _taken(rows: Iterator[Row]) -> Callable[[str], list[Row]]:
    """From rows sorted by organisation: those of one, asked for in the same order."""
    groups = groupby(rows, itemgetter("organisation_code"))
    waiting: list[Any] = []

    def of(code: str) -> list[Row]:
        while not waiting or waiting[0] < code:
            found = next(groups, None)
            if found is None:
                return []
            waiting[:] = [found[0], list(found[1])]
        return waiting[1] if waiting[0] == code else []

    return of
