"""Talk on stderr: a line of progress while a terminal is there, and nothing but what must be said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from types import TracebackType
from typing import Any, TextIO

from monitor.core.text import on_its_lines, short

MOST_LETTERS_OF_A_SCREEN, MOST_LINES_OF_A_SCREEN = 1_900, 24  # 24 lines of 80


def no_longer_than_a_screen(text: str) -> str:
    """A message that fits onto a screen: of a longer one the middle is left out, as its end says what to do."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES_OF_A_SCREEN:
        half = MOST_LINES_OF_A_SCREEN // 2
        lines = [*lines[: half - 1], "...", *lines[-half:]]
    text = "\n".join(lines)
    half = MOST_LETTERS_OF_A_SCREEN // 2
    return text if len(text) <= MOST_LETTERS_OF_A_SCREEN else f"{text[:half]} ... {text[-half + 5 :]}"


class Loudness(IntEnum):
    """How much is said: what is wrong alone; as usual; each step, in lines that stay."""

    QUIET = 0
    USUAL = 1
    VERBOSE = 2


OF_A_PROBLEM = "monitor: "  # how a sentence begins that is said however quiet the command is


class Talk:
    """Shows what is being worked on, in one line that goes away; says sentences that stay.

    on_stage: hears of each stage, too, once for each item.
    """

    def __init__(self, stream: TextIO, on_stage: Callable[[str], None] = lambda stage: None) -> None:
        self._stream = stream
        self._on_stage = on_stage
        self._shown: Any = None
        self.loudness = Loudness.USUAL

    def progress(self, stage: str, item: str) -> None:
        """What is being done now. Without a terminal nothing is shown, unless each step is asked for."""
        self._on_stage(stage)
        if self.loudness == Loudness.VERBOSE:
            print(short(f"{stage} {item}".rstrip()), file=self._stream, flush=True)
            return
        if self.loudness == Loudness.QUIET or not self._stream.isatty():
            return
        if self._shown is None:
            from rich.console import Console

            self._shown = Console(file=self._stream, highlight=False).status("")
            self._shown.start()
        self._shown.update(short(f"{stage} {item}").replace("[", r"\["))

    def quiet(self) -> None:
        """Take the line of progress away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None

    def say(self, sentence: str) -> None:
        """A sentence on stderr, terminal or not; where little is to be said, only one of a problem."""
        self.quiet()
        if self.loudness == Loudness.QUIET and not sentence.startswith(OF_A_PROBLEM):
            return
        print(no_longer_than_a_screen(on_its_lines(sentence)), file=self._stream)

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quiet()
