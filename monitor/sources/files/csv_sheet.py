"""A CSV file as if it were a sheet, for publications that were saved as CSV with their titles and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.sources.files.csv_head import TextHead
from monitor.sources.files.spreadsheet import Texts
from monitor.sources.files.tolerant_csv import read_csv_carefully
from monitor.sources.formats import CsvTable, Format


@dataclass(frozen=True)
class TextSheet:
    """The whole of a CSV file, read row by row: for files of some thousand rows."""

    head: TextHead
    format: Format
    name: str = ""

    def rows(self) -> Iterator[tuple[int, Texts]]:
        """Every row that is not wholly blank: (row number, a text or None for each cell)."""
        columns = tuple(f"column_{place}" for place in range(max(map(len, self.head.records))))
        everything = CsvTable(self.format, self.head.path, 0, columns, ())
        return ((number, texts) for number, texts, _ in read_csv_carefully(everything) if any(texts))

    def rows_after(self, heading_row: int) -> Iterator[tuple[int, Texts]]:
        return ((number, texts) for number, texts in self.rows() if number > heading_row)
