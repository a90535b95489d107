"""What a pack is made of, before it is HTML or DOCX: sections of paragraphs, lists and tables, all of them text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Inset:
    """What a reader must know, set apart."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Bullets:
    """A list, after the words that it continues."""

    lead: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Named values, each with where it is from; blank where it needs no source."""

    rows: tuple[tuple[str, str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings, for where the facts are shown as a table; without places where no fact has one."""
        return ("Subject", "What it is", "File and row") if self._has_places else ("Subject", "What it is")

    @property
    def shares(self) -> tuple[int, ...]:
        """The widths of these columns, as in Table."""
        return (28, 42, 30) if self._has_places else (28, 72)

    @property
    def _has_places(self) -> bool:
        return any(place for _, _, place in self.rows)


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first column names the row. shares: of the width, for each column, in hundredths."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True)
class FillIn:
    """A line to be written on by hand."""

    label: str


Block = Text | Bullets | Facts | Table | FillIn


@dataclass(frozen=True)
class Section:
    """A heading, what stands under it, and the sections below."""

    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A document: what an organisation gets, or the annex to it for the ICB.

    subject:   the organisation, short
    as_of:     the day that it is about, in words
    addressee: to whom it is sent, line by line; the annex is sent to nobody
    dated:     the day on which it was made, in words
    mark:      who may have it, where not everybody may
    """

    title: str
    subject: str
    as_of: str
    lead: Inset
    sections: tuple[Section, ...]
    addressee: tuple[str, ...] = ()
    dated: str = ""
    mark: str = ""
