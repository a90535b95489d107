"""Is everything well? Configuration, workspace, mail server, clock, last runs; what is wrong, and what to do.

One answer for all who ask: `monitor doctor`, a watchdog from outside (cron, Task Scheduler), the schedule's heartbeat
and the job of each morning.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import duckdb

from monitor.config.context import Context
from monitor.core.errors import EnvironmentFault
from monitor.operations.examined import LOOK, OK, PROBLEM, Examined, problems
from monitor.operations.machine_health import examine_machine
from monitor.operations.store_health import examine_store
from monitor.store.connection import is_in_use, open_reader, read_every_row
from monitor.store.job_runs import last_good
from monitor.store.lock import holder_of
from monitor.store.scratch import empty_what_was_left
from monitor.store.sessions import reading


def examine(context: Context) -> Iterator[Examined]:
    """Every thing looked at, in order."""
    yield from examine_machine(context)
    yield from _store(context)


def what_is_wrong(context: Context) -> list[str]:
    """As `problems` of everything; a silence that is too long first."""
    try:
        too_long = silence(context)
    except EnvironmentFault as fault:
        too_long = fault.message
    return ([f"silence: {too_long}"] if too_long else []) + problems(examine(context))


def silence(context: Context) -> str | None:
    """For how long no run has come to a good end, where that is longer than a watchdog allows; None where it is not."""
    hours = context.settings.schedule.longest_silence_hours
    if not os.path.lexists(context.workspace.store):
        return "nothing has run yet"
    with reading(context) as connection:
        last = last_good(connection, context.clock())
    if last is None:
        return "no run has finished successfully yet"
    ago = context.clock() - last
    if ago <= timedelta(hours=hours):
        return None
    return f"no run has finished successfully for {ago.total_seconds() / 3600:,.0f} hours ({hours} allowed)"


def _store(context: Context) -> Iterator[Examined]:
    store = context.workspace.store
    holder = holder_of(context.workspace.lock)
    if holder:
        yield Examined("run", OK, f"under way: {holder}")
    if not os.path.lexists(store):
        yield Examined("store", LOOK, "nothing has been loaded yet", "drop files into inbox/, then `monitor run`")
        return
    empty_what_was_left(context.workspace)
    try:
        with open_reader(store, context.settings.memory_limit) as connection:
            read_every_row(connection)
            yield Examined("store", OK, f"{store} can be read ({store.stat().st_size / 1e6:,.1f} MB)")
            yield from examine_store(context, connection)
    except EnvironmentFault as fault:
        is_busy = isinstance(fault.__cause__, duckdb.Error) and is_in_use(fault.__cause__)
        yield Examined("store", LOOK if is_busy else PROBLEM, fault.message)
    yield _published(context)


def _published(context: Context) -> Examined:
    published = context.workspace.published
    if not os.path.lexists(published):
        return Examined("published", LOOK, "nothing has been published yet", "`monitor run`")
    try:
        with open_reader(published, context.settings.memory_limit):
            return Examined("published", OK, str(published))
    except EnvironmentFault as fault:
        return Examined("published", PROBLEM, f"{fault.where} {fault.found}", "`monitor run` makes it again")
