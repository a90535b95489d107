"""What the pages were made from, part by part, so that a build makes anew only what differs.

A part is an organisation's page, or the pages of an area or of a return. Of a part that differs, those of its pieces
stay that do not: a period, a heat map. What each was made from is kept beside the pages, with the size and time of each
file: a page that somebody altered or that is gone is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.core.hashes import hash_of
from monitor.report.site.pages import Page, Piece
from monitor.report.site.site_folder import State, own_files

MADE_FROM = "assets/made_from.json"


@dataclass(frozen=True)
class Made:
    """A part as it was written. of: a hash of all it was made from; files: by path, size and time in nanoseconds."""

    of: str
    files: Mapping[str, State]
    pieces: Mapping[str, Made] = field(default_factory=dict)

    @classmethod
    def of_json(cls, kept: Any) -> Made:
        """Raises ValueError, TypeError or AttributeError where it is none."""
        of, files, pieces = kept
        states = {path: (size, time) for path, (size, time) in files.items()}
        return cls(of, states, {name: cls.of_json(piece) for name, piece in pieces.items()})

    @property
    def as_json(self) -> tuple[Any, ...]:
        """What is kept of it."""
        return self.of, self.files, {name: piece.as_json for name, piece in self.pieces.items()}

    @property
    def every_file(self) -> Iterator[tuple[str, State]]:
        """Its files and those of its pieces."""
        yield from self.files.items()
        for piece in self.pieces.values():
            yield from piece.every_file


@dataclass
class Parts:
    """The parts of a site in a folder. ground: a hash of what every page of a part rests on besides its own rows.

    before: the parts as the last build left them; there: the files as they lay there when this one began.
    """

    folder: Path
    ground: str
    before: Mapping[str, Made]
    there: Mapping[str, State]
    now: dict[str, Made] = field(default_factory=dict)

    @classmethod
    def in_folder(cls, folder: Path, ground: str) -> Parts:
        """As the last build left them; none where nothing can be read of it."""
        try:
            kept = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
            before = {name: Made.of_json(made) for name, made in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            before = {}
        return cls(folder, ground, before, own_files(folder))

    def stands(self, name: str, said: str) -> bool:
        """Whether a part is there as it would be made; if so it stays. said: what it would be made from."""
        made = self._standing(self.before.get(name), said)
        if made is not None:
            self.now[name] = made
        return made is not None

    def wanted(self, kind: str, hashes: Mapping[str, str]) -> list[str]:
        """The codes of the parts of one kind that are to be made anew. hashes: by code, of what they are made from."""
        return [code for code, said in hashes.items() if not self.stands(f"{kind} {code}", said)]

    def written(self, name: str, said: str, pages: Iterable[Page | Piece]) -> Iterator[Page]:
        """Hand on the pages of a part; each is written when the next is asked for. Note what they were made from."""
        before = self.before.get(name)
        self.now[name] = yield from self._made(said, pages, before.pieces if before else {})

    def _made(
        self, said: str, pages: Iterable[Page | Piece], before: Mapping[str, Made]
    ) -> Generator[Page, None, Made]:
        paths, pieces = [], {}
        for page in pages:
            if isinstance(page, Page):
                yield page
                paths.append(page.path)
                continue
            standing = self._standing(before.get(page.name), page.made_from)
            pieces[page.name] = standing or (yield from self._made(page.made_from, page.pages(), {}))
        files = {path: state for path in paths if (state := self._state(path))}
        return Made(self._of(said), files, pieces)

    def _standing(self, made: Made | None, said: str) -> Made | None:
        """What is there, where it is as it would be made."""
        if made is None or made.of != self._of(said) or any(self.there.get(path) != at for path, at in made.every_file):
            return None
        return made

    @property
    def standing(self) -> Iterator[str]:
        """The files of all parts that were handed on or stay."""
        return (path for made in self.now.values() for path, _ in made.every_file)

    def as_json(self) -> str:
        """What is kept of the parts."""
        return json.dumps({name: made.as_json for name, made in sorted(self.now.items())}, separators=(",", ":"))

    def _of(self, said: str) -> str:
        return hash_of(self.ground, said)

    def _state(self, path: str) -> State | None:
        try:
            stat = (self.folder / path).stat()
        except OSError:
            return None
        return stat.st_size, stat.st_mtime_ns
