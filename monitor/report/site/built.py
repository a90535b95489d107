"""A site as it was built: what it was made from, and whether it is still of that. Imports little: each run asks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

import duckdb

from monitor.config.settings import Settings
from monitor.core.hashes import hash_of
from monitor.report.site.places import OVERVIEW
from monitor.report.site.published_rows import Edition, edition
from monitor.returns.catalogue import MandatoryReturn

EDITION_SCRIPT = "assets/edition.js"
# What others put beside the site, linked where it is there: its place from the site's folder, and its name.
BESIDE = (
    ("../report.xlsx", "Workbook (Excel)"),
    ("data_docs/index.html", "Data Docs of Great Expectations, as last asked for"),
)


@dataclass(frozen=True)
class Built:
    """What came of a build. written, removed: how many files. fault: why it could not be ended, in words."""

    folder: Path
    written: int = 0
    removed: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Ground:
    """What a site is made from: an opened published copy, the settings, the returns and the program."""

    copy: duckdb.DuckDBPyConnection
    settings: Settings
    catalogue: Mapping[str, MandatoryReturn]
    build: str


def is_built(ground: Ground, folder: Path) -> bool:
    """Whether the folder holds the site of just this edition, returns, settings and program."""
    return (folder / OVERVIEW).is_file() and _edition_of(folder) == key_of(ground, edition(ground.copy), folder)


def others_beside(folder: Path) -> tuple[tuple[str, str], ...]:
    """What lies beside the site, each by its name and its place from the site's folder."""
    # Put together as text: a way through a folder that is not there yet leads nowhere.
    return tuple((words, place) for place, words in BESIDE if Path(normpath(folder / place)).is_file())


def key_of(ground: Ground, found: Edition | None, folder: Path) -> str:
    """A hash of all that the pages rest on."""
    return hash_of(
        found.rests_on if found else "nothing",
        ground.settings.model_dump_json(include={"causes", "monitor_from", "icbs", "mail", "site"}),
        *(definition.model_dump_json() for definition in ground.catalogue.values()),
        *(place for _, place in others_beside(folder)),
    )


def key_of_parts(ground: Ground) -> str:
    """A hash of what every page of an organisation or an area rests on beside rows: program, settings, returns."""
    return hash_of(
        ground.build,
        duckdb.__version__,
        ground.settings.model_dump_json(include={"causes", "monitor_from", "icbs", "site"}),
        *(definition.model_dump_json() for definition in ground.catalogue.values()),
    )


def _edition_of(folder: Path) -> str | None:
    try:
        script = (folder / EDITION_SCRIPT).read_text(encoding="utf-8")
        return str(json.loads(script.partition("=")[2].rstrip("\n;"))["of"])
    except (OSError, ValueError, KeyError):
        return None
