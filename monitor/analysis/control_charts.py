"""Control charts of record counts and completeness, worked out by SQL after each check and kept in the store.

Methods, sources and limits: docs/methods.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import duckdb

from monitor.config.settings import Settings
from monitor.store.named_sql import Connected, SqlTemplate, queries_beside, scalar, transaction

SQL = queries_beside(__file__)

# NHSRplotthedots warns of fewer: their limits move with each point that comes.
POINTS_NEEDED = 12
# Three years of months: what happened before says little of now, and the work does not grow with history.
MOST_PERIODS = 36


def derive_charts(connection: duckdb.DuckDBPyConnection, settings: Settings, kept: Collection[str] = ()) -> None:
    """Fill data.chart_series and data.chart_point with the charts of data.status_kept, the answer derived last.

    kept: returns whose charts stand.
    """
    put_chart_question(connection, settings, scalar(connection, "SELECT as_of FROM question"))
    connection.execute("INSERT INTO drawn_before SELECT unnest($codes)", {"codes": list(kept)})
    connection.execute(SQL["values"])
    draw(connection, "chart")
    find_low(connection)
    with transaction(connection):
        connection.execute(SQL["keep"])
    connection.execute(SQL["forget"])


def find_low(connection: Connected) -> None:
    """Make the temporary table low_by_both (series_id, rule) from the points of record_point and their charts."""
    connection.execute(SQL["low_volume"])
    draw(connection, "adjusted")
    connection.execute(SQL["low_by_both"])


def draw(connection: Connected, name: str) -> None:
    """From the temporary table NAME_value (series_id, place, value) make NAME_limits and NAME_charted."""
    names = {"values": f"{name}_value", "limits": f"{name}_limits", "charted": f"{name}_charted"}
    connection.execute(SqlTemplate(SQL["control_chart"]).substitute(names))


def put_chart_question(
    connection: Connected, settings: Settings, as_of: date, points_needed: int = POINTS_NEEDED
) -> None:
    """Make the temporary tables that state the settings of the charts, and the step changes that people stated."""
    connection.execute(SQL["chart_setting"])
    of_charts: list[Any] = [
        as_of, settings.charts.low_volume, points_needed, MOST_PERIODS, settings.causes.supplier_min_organisations,
    ]  # fmt: skip
    connection.execute("INSERT INTO chart_setting VALUES (?, ?, ?, ?, ?)", of_charts)
    for one in settings.step_change:
        stated = [one.return_code, one.organisation, one.icb, one.from_on, one.reason]
        connection.execute("INSERT INTO step_change VALUES (?, ?, ?, ?, ?)", stated)
