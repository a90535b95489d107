"""A file that is loaded under the name of one before: what the earlier version had, and this one has not.

Rows that were loaded stay, and so do organisations: that something is not in a file any more is said, not acted on.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.text import number
from monitor.ingest.staging import Table, target_columns, typed_name
from monitor.sources.formats import Recognised
from monitor.store.connection import Store
from monitor.store.named_sql import SqlTemplate, queries_beside, scalar

SQL = queries_beside(__file__)

# In these formats a later file of the same name corrects an earlier one.
CORRECTED = ("submission", "request", "notice", "participation")
REGISTERS = ("organisation", "epraccur")
MOST_NAMED = 12


def words_on_earlier(connection: Store, recognised: Recognised, name: str, file_id: int) -> Iterator[str]:
    """What is to be said of a file whose rows are inserted as file_id, beside the earlier files of the same name."""
    for table in recognised.tables:
        earlier = {"file_name": name, "file_id": file_id, "format": recognised.format_name}
        if table.format.table in CORRECTED and _count(connection, table, earlier, "earlier_versions"):
            rows = _count(connection, table, earlier, "rows_no_longer_there")
            not_there = "is not in this one and stays" if rows == 1 else "are not in this one and stay"
            of_it = f"{number(rows, 'row')} of it {not_there} loaded" if rows else "all its rows are in this one"
            yield f"a file of this name was loaded before with other content; {of_it}"
        if table.format.table in REGISTERS:
            yield from _gone(connection, table, earlier)


def _gone(connection: Store, table: Table, earlier: dict[str, object]) -> Iterator[str]:
    """The organisations that the last file of this name had, and this one has not."""
    sql = SqlTemplate(SQL["organisations_no_longer_there"]).substitute(_names(connection, table))
    codes = [code for (code,) in connection.execute(sql, earlier).fetchall()]
    if codes:
        shown = ", ".join(codes[:MOST_NAMED]) + (
            f" and {len(codes) - MOST_NAMED:,} more" if len(codes) > MOST_NAMED else ""
        )
        more = f" and {len(codes) - MOST_NAMED:,} more" if len(codes) > MOST_NAMED else ""
        was, are = ("was", "is") if len(codes) == 1 else ("were", "are")
        gone = f"{was} in a file of this name loaded before and {are} not in this one"
        yield f"{number(len(codes), 'organisation')} {gone}: {shown}{more}"


def _count(connection: Store, table: Table, earlier: dict[str, object], query: str) -> int:
    return int(scalar(connection, SqlTemplate(SQL[query]).substitute(_names(connection, table)), earlier))


def _names(connection: Store, table: Table) -> dict[str, str]:
    columns = target_columns(connection, table)
    return {
        "typed": typed_name(table),
        "table": f"data.{table.format.table}_row",
        "same_values": " AND ".join(f"new.{column} IS NOT DISTINCT FROM old.{column}" for column in columns),
        "is_practice": "old.is_gp_practice" if "is_gp_practice" in columns else "TRUE",
    }
