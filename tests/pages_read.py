"""The pages of a site as a test reads them, beside what SQL says on the published copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import duckdb

Asked = Callable[..., list[tuple]]


class Tables(HTMLParser):
    """The tables of a page: by caption, the texts of their rows, the heading first."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption, self._in = "", ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")
        if tag in ("caption", "th", "td"):
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.found[self._caption] = self._rows
        if tag in ("table", self._in):  # the cells of a heat map have no end of their own
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "caption":
            self._caption += data
        elif self._in:
            self._rows[-1][-1] += data.strip()


def site_of(workspace: Path) -> Path:
    return workspace / "published" / "site"


def ask(workspace: Path, query: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(workspace / "published" / "monitor.duckdb"), read_only=True) as copy:
        return copy.execute(query, values).fetchall()


@contextmanager
def asking_once_opened(workspace: Path) -> Iterator[Asked]:
    """Ask the published copy often: it is opened once."""
    with duckdb.connect(str(workspace / "published" / "monitor.duckdb"), read_only=True) as copy:
        yield lambda query, *values: copy.execute(query, values).fetchall()
