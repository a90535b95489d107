"""Opening the store: for a run alone, or for a question."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb

from monitor.config.context import Context
from monitor.core.errors import EnvironmentFault, UsageError
from monitor.store.connection import Reader, Store, is_in_use, open_reader, open_writer
from monitor.store.ledger import begin as begin_ledger

TRIES_TO_OPEN, SECONDS_BETWEEN_TRIES = 60, 0.5


@contextmanager
def writing(context: Context, doing: str) -> Iterator[Store]:
    """The store, for this run alone. doing: what another process that wants it reads in its message.

    Raises EnvironmentFault, which says who has it, where another run does.
    """
    from monitor.store.lock import holding
    from monitor.store.scratch import emptied, empty_what_was_left

    context.workspace.make_folders()
    workspace = context.workspace
    empty_what_was_left(workspace)
    with (
        holding(workspace.lock, doing, context.clock()),
        emptied(workspace.spill, workspace.unpacking),
        ExitStack() as opened,
    ):
        connection = _opened_when_free(context, opened)
        begin_ledger(connection, context.clock())
        yield connection


def _opened_when_free(context: Context, opened: ExitStack) -> Store:
    """The store, as soon as nobody reads it: a question that is being answered has it open for a moment."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

    workspace = context.workspace
    again = Retrying(
        retry=retry_if_exception(_is_read_by_others),
        stop=stop_after_attempt(TRIES_TO_OPEN),
        wait=wait_fixed(SECONDS_BETWEEN_TRIES),
        sleep=context.pause,
        reraise=True,
    )
    store = lambda: open_writer(workspace.store, workspace.spill, context.settings.memory_limit)  # noqa: E731
    return again(lambda: opened.enter_context(store()))


def _is_read_by_others(error: BaseException) -> bool:
    return (
        isinstance(error, EnvironmentFault) and isinstance(error.__cause__, duckdb.Error) and is_in_use(error.__cause__)
    )


@contextmanager
def reading(context: Context) -> Iterator[Reader]:
    """The store; while a run has it open, the published copy."""
    from monitor.store.scratch import empty_what_was_left

    workspace, memory_limit = context.workspace, context.settings.memory_limit
    refuse_no_store(context)
    empty_what_was_left(workspace)
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(open_reader(workspace.store, memory_limit))
        except EnvironmentFault as fault:
            cause = fault.__cause__
            if not (isinstance(cause, duckdb.Error) and is_in_use(cause) and workspace.published.is_file()):
                raise
            context.progress("reading the published copy, because a run has the store open", "")
            connection = opened.enter_context(open_reader(workspace.published, memory_limit))
        yield connection


def refuse_no_store(context: Context) -> None:
    """Raise UsageError where nothing was ever loaded."""
    store = context.workspace.store
    if not os.path.lexists(store):  # what is there and no file is said where it is opened
        raise UsageError(str(store), "nothing has been loaded yet", advice="drop files into inbox/, then `monitor run`")
