"""Which wheels a machine needs: those that our own asks for, and those that they ask for, at pinned versions."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from monitor.core.errors import ConfigurationError

PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)")


@dataclass(frozen=True)
class Target:
    """A kind of machine, and the version of its Python.

    environment: what markers of requirements say of it. flags: how pip is asked for its wheels.
    """

    name: str
    python: str
    environment: Mapping[str, str]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Need:
    """A package, and which of its extras."""

    name: str
    extras: frozenset[str] = frozenset()


Fetch = Callable[[Iterable[str], Target, Path], None]


def pins_of(constraints: Path) -> dict[str, str]:
    """The version of each package, by its canonical name. Raises ConfigurationError for a line that pins nothing."""
    lines = [line.partition("#")[0].strip() for line in constraints.read_text(encoding="utf-8").splitlines()]
    pins: dict[str, str] = {}
    for line in filter(None, lines):
        pinned = PINNED.fullmatch(line)
        if pinned is None:
            raise ConfigurationError(str(constraints), f"a line {line!r}", "name==version")
        pins[canonicalize_name(pinned["name"])] = pinned["version"]
    return pins


def gather(own: Path, extras: Iterable[str], pins: Mapping[str, str], target: Target, fetch: Fetch) -> list[Path]:
    """Have every wheel that our own needs on a machine in its folder, and give them, our own first.

    fetch(requirements, target, folder): downloads wheels. Raises ConfigurationError where a package is not pinned, or
    is pinned at a version that another one does not take.
    """
    todo, done = [Need(_name_of(own), frozenset(extras))], set[Need]()
    have = {_name_of(own): own}
    while todo:
        missing = sorted({need.name for need in todo} - have.keys())
        if missing:
            have |= _fetched([(name, pins[name]) for name in missing], target, own.parent, fetch)
        done |= set(todo)
        asked = {other for need in todo for other in _needs(have[need.name], need.extras, pins, target)}
        todo = sorted(asked - done, key=lambda need: (need.name, sorted(need.extras)))
    return list(have.values())


def _fetched(wanted: list[tuple[str, str]], target: Target, folder: Path, fetch: Fetch) -> dict[str, Path]:
    before = set(folder.glob("*.whl"))
    fetch([f"{name}=={version}" for name, version in wanted], target, folder)
    new = {_name_of(wheel): wheel for wheel in set(folder.glob("*.whl")) - before}
    # What another kind of machine takes as well lies there already, and is not written again.
    there = {_name_of(wheel): wheel for wheel in before if _fits_all(wheel)}
    return {name: new.get(name) or there[name] for name, _ in wanted}


def _needs(wheel: Path, extras: frozenset[str], pins: Mapping[str, str], target: Target) -> Iterator[Need]:
    for text in _asked_by(wheel):
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if not _applies(requirement, extras, target):
            continue
        if name not in pins:
            raise ConfigurationError("constraints.txt", f"pins no version of {name}, which {wheel.name} needs")
        if not requirement.specifier.contains(pins[name], prereleases=True):
            raise ConfigurationError(
                "constraints.txt", f"pins {name} {pins[name]}", f"what {wheel.name} takes: {requirement.specifier}"
            )
        yield Need(name, frozenset(requirement.extras))


def _applies(requirement: Requirement, extras: frozenset[str], target: Target) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**target.environment, "extra": extra}) for extra in extras | {""})


def _asked_by(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return HeaderParser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist") or []


def _name_of(wheel: Path) -> str:
    return parse_wheel_filename(wheel.name)[0]


def _fits_all(wheel: Path) -> bool:
    return all(tag.platform == "any" for tag in parse_wheel_filename(wheel.name)[3])
