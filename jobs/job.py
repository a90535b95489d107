"""What a job is: a name, a function, and which days it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from monitor.config.context import Context


@dataclass(frozen=True)
class Outcome:
    """What a job did, in words; in_part: a person is needed."""

    detail: str
    in_part: bool = False


@dataclass(frozen=True)
class Job:
    """A job. do: given the store that it may write; working_days_only: left out at weekends and bank holidays."""

    name: str
    do: Callable[[Context, duckdb.DuckDBPyConnection], Outcome]
    working_days_only: bool = False
