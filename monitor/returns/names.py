"""What people call a return, where they do not write its code: its title, whole or in part, and its abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from monitor.returns.catalogue import MandatoryReturn

_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_OF_ANYONE = ""


def names_of_returns(returns: Mapping[str, MandatoryReturn]) -> dict[str, str]:
    """By name the code of the return. A name is small letters and digits alone: `gppracticeworkforcenwrs`.

    What two returns are called is a name of neither, but where organisations of different kinds owe them: then it is
    one for each kind (`practice nwrs`, `pcn nwrs`), because the organisation shows which is meant.
    """
    meant: dict[str, set[str]] = {}
    for code, definition in returns.items():
        for name in set(_names(code, definition.title)):
            for kind in (_OF_ANYONE, f"{definition.owed_by} "):
                meant.setdefault(kind + name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in sorted(meant.items()) if len(codes) == 1}


def _names(code: str, title: str) -> Iterator[str]:
    yield _letters(code)
    yield _letters(title)
    without = _letters(_IN_BRACKETS.sub("", title))
    yield without
    if len(shorter := without.removesuffix("data")) > len("data"):
        yield shorter
    for abbreviation in _IN_BRACKETS.findall(title):
        if " " not in abbreviation.strip():
            yield _letters(abbreviation)


def _letters(text: str) -> str:
    """As macros.sql compares them: see letters_of."""
    return re.sub("[^a-z0-9]", "", text.lower().replace("&", "and"))
