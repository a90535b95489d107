"""How much room a letter takes: lines of text, and the screens of a phone. Pure."""

from __future__ import annotations

import math

MOST_LINES = 60  # of a manager's letter
SCREEN = 640  # CSS pixels of a small phone, 320 wide
MOST_SCREENS = 3
# As the letters' HTML is set for such a phone; tests/browser measures letters there with a real browser.
LETTERS_OF_A_LINE, HEIGHT_OF_A_LINE, BETWEEN = 41, 18.2, 7


def lines(text: str) -> int:
    """How many lines a text has."""
    return len(text.splitlines())


def height_on_a_phone(text: str) -> float:
    """About how high the HTML of a letter of this text is on a phone, in CSS pixels; rather more than it is."""
    return sum(
        math.ceil(len(line) / LETTERS_OF_A_LINE) * HEIGHT_OF_A_LINE + BETWEEN for line in text.splitlines() if line
    )


def fits_a_phone(text: str) -> bool:
    """Whether a letter of this text stays under three screens."""
    return height_on_a_phone(text) < MOST_SCREENS * SCREEN
