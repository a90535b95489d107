"""Text from files, made harmless for a document: what it may hold so that it neither breaks nor misleads a reader."""

from __future__ import annotations

from monitor.core.tables import FORMULA_STARTS

UNREADABLE = "\ufffd"


def plain(text: str) -> str:
    """On one line, without what no XML may hold and without marks that turn the direction of writing round."""
    return text if text.isprintable() else "".join(map(_plain, text))  # nearly all are; a workbook has millions


def no_formula(text: str) -> str:
    """As `plain`, and no spreadsheet program takes it for a formula, also after it was saved as CSV."""
    marked = text.startswith(FORMULA_STARTS)
    line = plain(text)
    return "'" + line if marked or line.startswith(FORMULA_STARTS) else line


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else UNREADABLE
