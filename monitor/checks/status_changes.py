"""What changed in the answer from one recorded check to the next: rows of data.status_moved, only ever added to."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)


def record_changes(connection: Store, at: datetime) -> int:
    """Record how the kept answer differs from that of the last recorded check; gives how many expected returns do.

    Before the check itself is recorded. Of the first one there is nothing to compare with: it is where changes begin.
    """
    connection.execute(SQL["returns_compared"])
    connection.execute(SQL["status_differs"])
    connection.execute(SQL["record_changes"], {"at": at})
    connection.execute(SQL["forget_before"])
    connection.execute(SQL["remember_now"])
    return int(scalar(connection, "SELECT count(*) FROM status_differs"))
