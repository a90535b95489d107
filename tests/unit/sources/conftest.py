"""Files as people and publishers make them, written under tmp_path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

Rows = Sequence[Sequence[object]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write(content, name="dropped.csv") -> path; content is text (written as UTF-8, unchanged) or bytes."""

    def _write(content: str | bytes, name: str = "dropped.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """workbook({"Sheet": rows}, name="dropped.xlsx") -> path."""

    def _workbook(sheets: Mapping[str, Rows], name: str = "dropped.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return _workbook
