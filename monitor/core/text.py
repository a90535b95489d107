"""Words put together for people, and text from files made harmless for them."""

from __future__ import annotations

from collections.abc import Sequence

UNREADABLE = "\ufffd"
LONGEST_NAME = 120  # of an organisation: no register has a longer one

# Spreadsheet programs take text that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def number(count: int, thing: str) -> str:
    """A count and the thing counted: 1 return, 2,000 returns, 3 entries."""
    return f"{count:,} {thing if count == 1 else _several(thing)}"


def _several(thing: str) -> str:
    ends_in_ies = thing.endswith("y") and thing[-2:-1] not in "aeiou"
    return f"{thing[:-1]}ies" if ends_in_ies else f"{thing}s"


def listed(names: Sequence[str], most: int = 3) -> str:
    """A, B and C; of more, the first ones and how many others."""
    shown, others = list(names[:most]), len(names) - most
    if others > 0:
        return f"{', '.join(shown)} and {number(others, 'other')}"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def on_one_line(text: str) -> str:
    """Without control characters: what stands in a file must not steer the reader's terminal, nor begin a line."""
    return text if text.isprintable() else "".join(one if one.isprintable() else UNREADABLE for one in text)


def on_its_lines(text: str) -> str:
    """Without control characters but line ends and tabs, for what is said on a terminal in several lines."""
    return "".join(one if one.isprintable() or one in "\n\t" else UNREADABLE for one in text)


def short(text: str, longest: int = LONGEST_NAME) -> str:
    """On one line, and no longer than so many characters."""
    line = on_one_line(text[: longest + 1])
    return line if len(line) <= longest else line[: longest - 1] + "…"


def plain(text: str) -> str:
    """On one line, without what no XML may hold and without marks that turn the direction of writing round."""
    return text if text.isprintable() else "".join(map(_plain, text))  # nearly all are; a workbook has millions


def no_formula(text: str) -> str:
    """As `plain`, and no spreadsheet program takes it for a formula, also after it was saved as CSV."""
    marked = text.startswith(FORMULA_STARTS)
    line = plain(text)
    return "'" + line if marked or line.startswith(FORMULA_STARTS) else line


def _plain(character: str) -> str:
    return " " if character.isspace() else on_one_line(character)
