"""NHS numbers among the texts of a sheet that is not loaded: there the store does not see them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.core.errors import FileRefused

FEWEST = 3
_TEN_DIGITS = re.compile(r"(?<![0-9])[0-9]{3}[\s.-]{0,2}[0-9]{3}[\s.-]{0,2}[0-9]{4}(?![0-9])")
_WEIGHTS = range(10, 1, -1)


def refuse_nhs_numbers(rows: Iterable[Iterable[str | None]], where: str) -> None:
    """Raise FileRefused where at least three numbers, and half of those of ten digits, are valid NHS numbers."""
    found = (number for row in rows for text in row if text for number in _TEN_DIGITS.findall(text))
    alike = [re.sub("[^0-9]", "", number) for number in found]
    valid = sum(map(_is_nhs_number, alike))
    if valid >= FEWEST and valid * 2 >= len(alike):
        raise FileRefused(
            where, f"holds patient-level data: {valid:,} valid NHS numbers; nothing of it was kept",
            "files about organisations, never about patients",
            "remove the file from the inbox, and report it as your information governance rules ask",
        )  # fmt: skip


def _is_nhs_number(digits: str) -> bool:
    weighted = sum(int(digit) * weight for digit, weight in zip(digits[:9], _WEIGHTS, strict=True))
    return (11 - weighted % 11) % 11 == int(digits[9])
