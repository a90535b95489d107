"""What a job is: a name, a function, and which days it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.config.context import Context
from monitor.pipeline import Stages
from monitor.store.connection import Store


@dataclass(frozen=True)
class JobOutcome:
    """What a job did, in words; in_part: a person is needed."""

    detail: str
    in_part: bool = False


@dataclass(frozen=True)
class Job:
    """A job.

    do: given the store that it may write, and who does the slow parts of a run
    working_days_only: left out at weekends and bank holidays
    """

    name: str
    do: Callable[[Context, Store, Stages], JobOutcome]
    working_days_only: bool = False
