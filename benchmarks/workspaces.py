"""The workspaces that are measured: their day, their context, and how their files are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

AS_OF = date(2026, 3, 31)
MOMENT = datetime(2026, 4, 1, 9, tzinfo=UTC)


def context_of(folder: str) -> Any:
    """The context of a workspace, at the instant of the benchmarks."""
    from monitor.config.context import read_context
    from monitor.config.workspace import Workspace

    return read_context(Workspace(Path(folder)), lambda: MOMENT)


def copy_csv(connection: Any, query: str, target: Path) -> None:
    """Write the rows of a query as CSV."""
    place = str(target).replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{place}' (FORMAT csv, HEADER true, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S')")
