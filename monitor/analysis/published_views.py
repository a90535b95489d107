"""The views of control charts and of before, during and after, which go into the published copy beside the others."""

from __future__ import annotations

from monitor.store.named_sql import queries_beside

SQL = queries_beside(__file__)
PUBLISHED_VIEWS = (SQL["action_views"], SQL["chart_views"])
