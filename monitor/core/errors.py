"""The two families of error: what a person can put right, and what only we can.

`Mendable` is for people: one message that says where, what was found, what was expected and what to do.
Everything else is a bug of ours and is left to surface as itself.
"""

from __future__ import annotations


class Mendable(Exception):
    """Something a person can put right, reported in one message without a traceback.

    where:    the file, row or setting ("monitor.toml, [causes] supplier_min_share")
    found:    what stands there now
    expected: what is allowed there
    advice:   what to do next
    """

    def __init__(self, where: str, found: str, expected: str = "", advice: str = "") -> None:
        self.where, self.found, self.expected, self.advice = where, found, expected, advice
        super().__init__(self.message)

    @property
    def message(self) -> str:
        sentences = [f"{self.where}: {self.found}"]
        if self.expected:
            sentences.append(f"Expected: {self.expected}")
        if self.advice:
            sentences.append(f"What to do: {self.advice}")
        return ". ".join(sentence.rstrip(". ") for sentence in sentences) + "."


class ConfigurationError(Mendable):
    """monitor.toml, the environment or a file under expectations/ is at fault. The program stops with exit code 2."""


class UsageError(Mendable):
    """What was typed cannot be done. The program stops with exit code 2."""


class WorkspaceError(Mendable):
    """The folder is not a workspace. The program stops with exit code 2."""


class FileRefused(Mendable):
    """One dropped file cannot be loaded; nothing of it is kept and the other files go on. Exit code 4."""


class EnvironmentFault(Mendable):
    """The machine does not let it be done now: a store in use, a folder not writable, a full disk. Exit code 4."""


class UserError(Exception):
    """What `monitor.open` and its answers raise where a person can put something right: the message of a Mendable."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the message, and nothing of the program."""
        return [f"monitor: {self}"]
