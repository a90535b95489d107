"""What long proofs count: how often something was tried, and what went wrong, by kind, each with examples."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

CRASHED, HUNG, LOST, DOUBLED, ACCUSED, KEPT = KINDS = (
    "crashed", "hung", "lost", "doubled", "wrongly accused", "kept of patients",
)  # fmt: skip
Fault = tuple[str, object]  # its kind, and what was found

PERCENT = int(os.environ.get("MONITOR_CAMPAIGN", "100"))
LONGEST_SECONDS = 30
LONGEST_EXAMPLE = 1500


class Hung(AssertionError):
    """Something took longer than anybody would wait."""


class Crashed(AssertionError):
    """A process of ours ended as none should."""


def of_full(tries: int, at_least: int) -> int:
    """How many of these tries the environment variable MONITOR_CAMPAIGN, a percentage, asks for."""
    return max(at_least, tries * PERCENT // 100)


@dataclass
class Tally:
    """What came of one campaign. story: what was tried. examples: one of each kind of fault at least."""

    story: str
    tried: int = 0
    found: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    seconds: float = 0

    def note(self, what: str, faults: Iterable[Fault]) -> None:
        """Count what went wrong. what: the try, so that it can be tried again."""
        for kind, found in faults:
            self.found[kind] += 1
            self.examples.append(f"{kind}: {what}: {found}"[:LONGEST_EXAMPLE])

    @contextmanager
    def trying(self, what: str, times: int = 1, longest_seconds: float = LONGEST_SECONDS) -> Iterator[None]:
        """One try, or several: an error that surfaces is a crash, and one that takes too long hangs."""
        begun = time.monotonic()
        self.tried += times
        try:
            with at_most(longest_seconds):
                yield
        except (Exception, KeyboardInterrupt) as error:  # whatever it is: it is counted, and the others are tried too
            # Giving up in a query comes out of it as an interruption.
            is_late = isinstance(error, Hung) or time.monotonic() - begun >= longest_seconds
            if isinstance(error, KeyboardInterrupt) and not is_late:
                raise
            self.note(what, [(HUNG if is_late else CRASHED, f"{type(error).__name__}: {error}")])
        finally:
            self.seconds += time.monotonic() - begun

    @property
    def row(self) -> tuple[object, ...]:
        return (self.story, self.tried, *(self.found[kind] for kind in KINDS))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Hung in the block once it takes longer than this. For the main thread, on Linux."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Hung(f"not over after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
