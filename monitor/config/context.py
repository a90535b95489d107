"""What every command works with, read once: the workspace, its settings and returns, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from monitor.config.settings import Settings, read_settings, refuse_unknown_returns
from monitor.config.workspace import Workspace
from monitor.core.build_id import build_id
from monitor.core.clock import Clock, Pause, london_date, pause
from monitor.returns.catalogue import MandatoryReturn, load_catalogue, watched
from monitor.returns.due_dates import due_for_period
from monitor.returns.periods import periods
from monitor.returns.working_days import england

PERIOD_OF_EVENT = "any"
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Context:
    """What every command works with: the workspace, its settings and returns, the clock, and who hears of progress.

    catalogue: the returns that are watched here, by code. every_return: those that are not watched, too; what is sent
    of them is loaded all the same, so that they can be watched later.
    progress(stage, item): called before each file is read and each suite is run.
    environ: holds the secrets that the settings name.
    build: which program works, as core/build_id says; what another one made is made again.
    """

    workspace: Workspace
    settings: Settings
    catalogue: Mapping[str, MandatoryReturn]
    clock: Clock
    every_return: Mapping[str, MandatoryReturn]
    progress: Progress = field(default=lambda stage, item: None)
    environ: Mapping[str, str] = field(default_factory=dict)
    pause: Pause = pause
    build: str = field(default_factory=build_id)

    def as_of(self, asked: date | None) -> date:
        """The day a question is about: the one asked for, else the settings' frozen day, else today in London."""
        return asked or self.settings.as_of or london_date(self.clock())


def read_context(workspace: Workspace, clock: Clock, **others: Any) -> Context:
    """Read the configuration; `others` as in Context. Raises ConfigurationError or WorkspaceError."""
    settings = read_settings(workspace.folder)
    every_return = load_catalogue(workspace.expectations)
    refuse_unknown_returns(settings, every_return, workspace.folder)
    return Context(workspace, settings, watched(every_return, settings.returns), clock, every_return, **others)


def periods_of_returns(context: Context) -> dict[str, str]:
    """By return: what a submission's period must begin with (month, quarter, contract_year), or any day."""
    return {
        code: PERIOD_OF_EVENT if definition.kind in ("event", "on_request") else definition.calendar.period
        for code, definition in context.every_return.items()
    }


def due_dates_of_returns(context: Context) -> dict[tuple[str, date], date]:
    """When each period is due, from monitor_from to a year from now, as `due_dates_of` has it."""
    return due_dates_of(context.every_return, context.settings.monitor_from, london_date(context.clock()))


def due_dates_of(
    catalogue: Mapping[str, MandatoryReturn], monitor_from: date, today: date
) -> dict[tuple[str, date], date]:
    """When a period is due, by return and first day, where the return itself gives one."""
    working_days, until = england(), today + timedelta(days=366)
    days: dict[tuple[str, date], date] = {}
    for code, definition in catalogue.items():
        calendar = definition.calendar
        if calendar.period == "request":
            continue
        days |= {(code, known.period_start): known.due_on for known in calendar.known_due if known.due_on}
        for period in periods(calendar.period, monitor_from, until):
            due_on = due_for_period(calendar.due_rule, period, working_days)
            if due_on:
                days.setdefault((code, period.start), due_on)
    return days
