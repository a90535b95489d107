"""The words of the collective actions that a return's file names by number: for planning, and evidence of nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from monitor.core.toml import Strict, read_toml

FILE = Path(__file__).with_name("action_rounds.toml")


class Round(Strict):
    """One list of actions. actions: words by number. guidance, source: where they were read."""

    name: str
    from_on: date
    to_on: date
    guidance: str
    source: str
    actions: dict[str, str]

    def words_of(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """Number and words of each, in the order of their numbers."""
        return [(number, self.actions[str(number)]) for number in sorted(numbers)]


@cache
def ten_actions() -> Round:
    """The list that the numbers in expectations/*.toml are of. Raises ConfigurationError where the file is damaged."""
    return read_toml(FILE, Round, "install the program anew")
