"""Making the folder: wheels, what is to be installed with the hash of each, and a script that installs it."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from packaging.utils import parse_wheel_filename

from monitor.core.errors import UsageError
from monitor.offline_bundle.wheels import Fetch, Target, gather

SHIPPED = Path(__file__).with_name("to_carry")
HASHES = "hashes.sha256"


def make_bundle(
    folder: Path, own: Path, extras: Sequence[str], pins: Mapping[str, str], targets: Sequence[Target], fetch: Fetch
) -> list[Path]:
    """Fill a folder that is not there yet, for these kinds of machine; gives the wheels in it. own: our own wheel.

    It is there whole or not at all. Raises UsageError where it is there already, and what `gather` and fetch raise.
    """
    if folder.exists():
        raise UsageError(str(folder), "already exists", "a folder that is not: what is carried is made in one piece")
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    try:
        (building / "wheels").mkdir(parents=True)
        _fill(building, Path(shutil.copy(own, building / "wheels")), extras, pins, targets, fetch)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return sorted((folder / "wheels").iterdir())


def _fill(
    folder: Path, own: Path, extras: Sequence[str], pins: Mapping[str, str], targets: Sequence[Target], fetch: Fetch
) -> None:
    for target in targets:
        wheels = gather(own, extras, pins, target, fetch)
        text = requirements_text(wheels)
        (folder / f"requirements-{target.name}.txt").write_text(text, encoding="utf-8", newline="\n")
    (folder / "python-version.txt").write_text(f"{targets[0].python}\n", encoding="utf-8", newline="\n")
    for file in sorted(SHIPPED.iterdir()):
        carried = Path(shutil.copyfile(file, folder / file.name))
        if carried.suffix == ".sh":
            carried.chmod(carried.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    (folder / HASHES).write_text(hashes_text(folder), encoding="utf-8", newline="\n")


def requirements_text(wheels: Iterable[Path]) -> str:
    """What pip is to install, each with the hash of its wheel: it installs nothing else, and nothing that differs."""
    lines = []
    for wheel in sorted(wheels):
        name, version, *_ = parse_wheel_filename(wheel.name)
        lines.append(f"{name}=={version} --hash=sha256:{hash_of_file(wheel)}\n")
    return "".join(lines)


def hashes_text(folder: Path) -> str:
    """The hash of every file of the folder but this list, as `sha256sum --check` reads it."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != HASHES]
    return "".join(f"{hash_of_file(file)}  {file.relative_to(folder).as_posix()}\n" for file in files)


def hash_of_file(file: Path) -> str:
    """Its SHA-256, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
