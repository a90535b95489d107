"""Of which edition a workbook is that was written. Imports little: each run asks it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import duckdb

from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)
EDITION = re.compile(r'name="edition"><vt:lpwstr>([^<]*)</vt:lpwstr>')


def is_written(copy: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Whether a file is the workbook of an opened published database."""
    return edition_written(file) == edition_of(copy)


def edition_of(copy: duckdb.DuckDBPyConnection) -> str:
    """What differs whenever anything that the workbook shows has changed."""
    return str(scalar(copy, SQL["edition"]))


def edition_written(file: Path) -> str | None:
    """What a workbook was made of; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(file) as book:
            found = EDITION.search(book.read("docProps/custom.xml").decode("utf-8"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return found[1] if found else None
