"""How much room a letter takes: lines of text, and the screens of a phone. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from monitor.alerts.letter import Group, Letter

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


def shown_on_a_phone(letter: Letter, without_lines: str) -> Letter:
    """The data team's letter, whose groups know how many of their lines a phone shows; the rest is for a desk.

    One line of each group in turn, for as long as three screens have room beside what the letter always says:
    without_lines, its text.
    """
    groups = [group for section in letter.sections for group in section.groups]
    notes = len(groups) * (HEIGHT_OF_A_LINE + BETWEEN)  # how many more are in the attached list
    room = MOST_SCREENS * SCREEN - height_on_a_phone(without_lines) - notes
    shown = [0] * len(groups)
    for turn in range(max((len(group.lines) for group in groups), default=0)):
        for place, group in enumerate(groups):
            if turn < len(group.lines) and shown[place] == turn:
                height = height_on_a_phone("; ".join(_words_of(group, turn)))
                if height <= room:
                    room, shown[place] = room - height, turn + 1
    counts = iter(shown)
    return replace(
        letter,
        sections=tuple(
            replace(section, groups=tuple(replace(group, on_phone=next(counts)) for group in section.groups))
            for section in letter.sections
        ),
    )


def _words_of(group: Group, place: int) -> Iterator[str]:
    """A line as a phone shows it, with the names of its cells; before the first one the regulation."""
    line = group.lines[place]
    yield from (line.who, line.what, line.before, line.due, line.overdue, line.last_attempt, line.cause, line.reference)
    yield "Due: Days overdue: Last attempt: Likely cause: Reference:"
    if place == 0:
        yield group.regulation
