"""The words of the collective actions that a return's file names: for planning, and evidence of nothing.

One file a round, under rounds_of_action/. A number alone is one of the ten of 2024; "2026-1" is action 1 of 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import model_validator

from monitor.core.toml import Strict, read_toml

FOLDER = Path(__file__).with_name("rounds_of_action")
ROUND_OF_NUMBERS = "2024"  # what a number alone belongs to
Action = int | str


class Round(Strict):
    """One list of actions, by dates. to_on: None while it is open.

    actions: words by number. begins: first day of those that began later than the round. guidance, source: where they
    were read.
    """

    name: str
    from_on: date
    to_on: date | None = None
    guidance: str
    source: str
    actions: dict[str, str]
    begins: dict[str, date] = {}

    @model_validator(mode="after")
    def days_are_in_order(self) -> Round:
        if self.to_on and self.to_on < self.from_on:
            raise ValueError(f"to_on on or after from_on {self.from_on}")
        if unknown := set(self.begins) - set(self.actions):
            raise ValueError(f"begins: a number that is in actions, found {min(unknown)!r}")
        return self

    def words_of(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """Number and words of each, in the order of their numbers."""
        return [(number, self.actions[str(number)]) for number in sorted(numbers)]


@cache
def rounds_of_action() -> Mapping[str, Round]:
    """Every round by the name of its file, the earliest first. Raises ConfigurationError where a file is damaged."""
    return {path.stem: read_toml(path, Round, "install the program again") for path in sorted(FOLDER.glob("*.toml"))}


def ten_actions() -> Round:
    """The list that a number alone is of."""
    return rounds_of_action()[ROUND_OF_NUMBERS]


def actions_there_are() -> set[Action]:
    """Everything that `actions` in a return's file may hold."""
    numbers = {int(number) for number in ten_actions().actions}
    return numbers | {f"{code}-{number}" for code, one in rounds_of_action().items() for number in one.actions}


def by_round(actions: Iterable[Action]) -> list[tuple[Round, list[tuple[Action, str]]]]:
    """The rounds that a return's actions are of, each with those as a file names them, and their words."""
    numbers: dict[str, set[int]] = {}
    for action in actions:
        code, _, number = str(action).rpartition("-")
        numbers.setdefault(code or ROUND_OF_NUMBERS, set()).add(int(number))
    return [
        (
            rounds_of_action()[code],
            [
                (number if code == ROUND_OF_NUMBERS else f"{code}-{number}", words)
                for number, words in rounds_of_action()[code].words_of(numbers[code])
            ],
        )
        for code in sorted(numbers)
    ]
