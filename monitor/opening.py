"""Opening the store: for a run alone, for a question, or as it was before an instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import duckdb

from monitor.clock import london_date
from monitor.errors import EnvironmentFault, UsageError
from monitor.intake import rebuild_organisations
from monitor.setting import Setting
from monitor.store.database import is_in_use, open_reader, open_writer
from monitor.store.known import open_known
from monitor.store.ledger import begin as begin_ledger

TRIES_TO_OPEN, SECONDS_BETWEEN_TRIES = 60, 0.5


@contextmanager
def writing(setting: Setting, doing: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store, for this run alone. doing: what whoever comes meanwhile is told.

    Raises EnvironmentFault, which says who has it, where another run does.
    """
    from monitor.run_lock import holding

    setting.workspace.make_folders()
    with holding(setting.workspace.lock, doing, setting.clock()), ExitStack() as opened:
        connection = _opened_when_free(setting, opened)
        begin_ledger(connection, setting.clock())
        yield connection


def _opened_when_free(setting: Setting, opened: ExitStack) -> duckdb.DuckDBPyConnection:
    """The store, as soon as nobody reads it: a question that is being answered has it open for a moment."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

    workspace = setting.workspace
    again = Retrying(
        retry=retry_if_exception(_is_read_by_others),
        stop=stop_after_attempt(TRIES_TO_OPEN),
        wait=wait_fixed(SECONDS_BETWEEN_TRIES),
        sleep=setting.pause,
        reraise=True,
    )
    store = lambda: open_writer(workspace.store, workspace.spill, setting.settings.memory_limit)  # noqa: E731
    return again(lambda: opened.enter_context(store()))


def _is_read_by_others(error: BaseException) -> bool:
    return (
        isinstance(error, EnvironmentFault) and isinstance(error.__cause__, duckdb.Error) and is_in_use(error.__cause__)
    )


@contextmanager
def reading(setting: Setting) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store; while a run has it open, the published copy."""
    workspace, memory_limit = setting.workspace, setting.settings.memory_limit
    refuse_no_store(setting)
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(open_reader(workspace.store, memory_limit))
        except EnvironmentFault as fault:
            cause = fault.__cause__
            if not (isinstance(cause, duckdb.Error) and is_in_use(cause) and workspace.published.is_file()):
                raise
            setting.progress("reading the published copy, because a run has the store open", "")
            connection = opened.enter_context(open_reader(workspace.published, memory_limit))
        yield connection


@contextmanager
def knowing(setting: Setting, known_before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store as it was before an instant."""
    refuse_no_store(setting)
    with open_known(setting.workspace.store, setting.settings.memory_limit, known_before) as connection:
        setting.progress("working out what was known", str(london_date(known_before)))
        rebuild_organisations(connection)
        yield connection


def refuse_no_store(setting: Setting) -> None:
    """Raise UsageError where nothing was ever loaded."""
    store = setting.workspace.store
    if not store.is_file():
        raise UsageError(str(store), "nothing has been loaded yet", advice="drop files into inbox/, then `monitor run`")
