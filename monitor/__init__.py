"""Which mandatory GP data returns did not arrive, from whom, since when, and for what likely cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.errors import UserError

if TYPE_CHECKING:
    from os import PathLike

    from monitor.api import OpenWorkspace

__all__ = ["UserError", "open"]
__version__ = "0.4.0"


def open(folder: str | PathLike[str] | None = None) -> OpenWorkspace:
    """Open a workspace to ask it from Python: `monitor.open("my-icb").missed()`.

    folder: as -w of the command line, else MONITOR_WORKSPACE, else the current folder. Raises UserError.
    """
    from monitor.api import open_workspace  # here, so that `import monitor` costs nothing

    return open_workspace(folder)
