"""Talk on stderr: a line of progress while a terminal is there, and nothing but what must be said otherwise."""

from __future__ import annotations

from types import TracebackType
from typing import Any, TextIO


class Talk:
    """Shows what is being worked on, in one line that goes away; says sentences that stay."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown: Any = None

    def progress(self, stage: str, item: str) -> None:
        """What is being done now. Without a terminal nothing is shown."""
        if not self._stream.isatty():
            return
        if self._shown is None:
            from rich.console import Console

            self._shown = Console(file=self._stream, highlight=False).status("")
            self._shown.start()
        self._shown.update(f"{stage} {item}".replace("[", r"\["))

    def quiet(self) -> None:
        """Take the line of progress away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None

    def say(self, sentence: str) -> None:
        """A sentence on stderr, terminal or not."""
        self.quiet()
        print(sentence, file=self._stream)

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quiet()
