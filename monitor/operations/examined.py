"""What was looked at, and whether a person is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OK, LOOK, PROBLEM = "ok", "look", "problem"


@dataclass(frozen=True)
class Examined:
    """One thing looked at. state: ok, look (worth knowing) or problem (a person is needed)."""

    subject: str
    state: str
    found: str
    advice: str = ""


def problems(examined: Iterable[Examined]) -> list[str]:
    """What a person is needed for, a sentence each."""
    wrong = [one for one in examined if one.state == PROBLEM]
    return [f"{one.subject}: {one.found}" + (f" ({one.advice})" if one.advice else "") for one in wrong]
