"""Which files lie in the inbox, and what lies there that is not read: each with the reason, and none stops the others.

Only regular files are ever opened. Links, devices and pipes are passed over, and so is what may not be searched.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.core.errors import FileRefused, UsageError
from monitor.sources.files.without_data import is_left_by_programs, is_left_by_system, is_note, is_unfinished

_LINK = "is a link, and links are not followed"
_NO_FILE = "is a device, a pipe or a socket, and is not opened"


@dataclass(frozen=True)
class PassedOver:
    """What lies there and is not read.

    needs_person: whether it may be meant as data. may_hold_data: whether data may lie there that nothing else has.
    """

    name: str
    path: Path
    why: FileRefused
    needs_person: bool = True
    may_hold_data: bool = False


@dataclass
class Found:
    """files: each with the name people know it by, in order of name."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def look_through(paths: Iterable[Path], root: Path) -> Found:
    """Every file at or below the paths; names are below `root`. Paths that are named may be links themselves."""
    files: dict[Path, str] = {}
    found = Found()
    inside = _real(root)
    for path in paths:
        _refuse_absent(path)
        for place, entry in _entries(_real(path), inside):
            if isinstance(entry, PassedOver):
                found.passed_over.append(entry)
            else:
                files.setdefault(place, entry)
    found.files = sorted(((name, path) for path, name in files.items()), key=lambda pair: (pair[0], str(pair[1])))
    return found


def files_in(paths: Iterable[Path], root: Path) -> list[tuple[str, Path]]:
    """Every file at or below the paths, in order of name, each with the name people know it by (below `root`)."""
    return look_through(paths, root).files


def _entries(start: Path, root: Path) -> Iterator[tuple[Path, str | PassedOver]]:
    """What lies at or below a path: (path, name of a file to read or what is passed over)."""
    folders = [start]
    if not start.is_dir():
        kind = _kind_of(start)
        yield start, _known_name(start, root) if kind is None else _passed(start, root, kind)
        return
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listed:
                children = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, _unreadable(folder, root, error)
            continue
        for child in children:
            path = Path(child.path)
            try:
                is_folder = child.is_dir(follow_symlinks=False)
                kind = None if is_folder else _kind_of(path)
            except OSError as error:
                yield path, _unreadable(path, root, error)
                continue
            if is_folder:
                folders.append(path)
            elif kind is not None:
                yield path, _passed(path, root, kind)
            elif (of_people := _not_data(path, start, root)) is None:
                yield path, _known_name(path, root)
            elif isinstance(of_people, PassedOver):
                yield path, of_people


def _kind_of(path: Path) -> str | None:
    """What is not to be opened; None for a file. Raises OSError."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return _LINK
    return None if stat.S_ISREG(mode) else _NO_FILE


def _passed(path: Path, root: Path, found: str) -> PassedOver:
    """A link to what lies in the inbox anyway needs nobody; one to a device holds no data."""
    name = _known_name(path, root)
    if found == _LINK:
        is_there = os.path.exists(path)  # noqa: PTH110  Path.exists raises where a folder may not be searched
        leads_inside = is_there and _real(path).is_relative_to(root)
        may_hold_data = not leads_inside and (not is_there or path.is_file() or path.is_dir())
        advice = "put what it links to into the inbox, or name that in `monitor load`"
        return PassedOver(name, path, FileRefused(name, found, "", advice), not leads_inside, may_hold_data)
    return PassedOver(name, path, FileRefused(name, found, "files and folders", "take it out of the inbox"))


def _unreadable(path: Path, root: Path, error: OSError) -> PassedOver:
    name = _known_name(path, root)
    why = FileRefused(name, f"cannot be read: {error.strerror or error}", advice="check the permissions of the folder")
    return PassedOver(name, path, why, may_hold_data=not isinstance(error, FileNotFoundError))


def _not_data(path: Path, start: Path, root: Path) -> PassedOver | str | None:
    """A note, or what a program left; None for what is to be read, a text for what needs no word."""
    below = path.relative_to(start).as_posix()
    if is_unfinished(below):
        return None
    if is_left_by_system(below):
        return below
    is_left = is_left_by_programs(below)
    if not is_left and not is_note(path):
        return None
    found = "is a hidden file, such as programs leave behind" if is_left else "is a document or picture, not a table"
    name = _known_name(path, root)
    return PassedOver(name, path, FileRefused(name, found), needs_person=False)


def _refuse_absent(path: Path) -> None:
    try:
        path.lstat()
    except FileNotFoundError as error:
        expected = "files, or folders that hold files"
        raise UsageError(str(path), "there is no such file or folder", expected) from error
    except OSError as error:
        raise UsageError(str(path), f"cannot be read: {error.strerror}", "files, or folders that hold files") from error


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        return path.absolute()


def _known_name(file: Path, root: Path) -> str:
    name = file.name
    if file.is_relative_to(root):
        name = root.name if file == root else file.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", errors="replace")
