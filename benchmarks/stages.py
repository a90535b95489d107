"""Runs without their slow parts, for where it is not these that are measured or tested."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from monitor.checks.judges import by_counting
from monitor.config.context import Context
from monitor.pipeline import STAGES
from monitor.publish.publication import Published
from monitor.report.site.built import Built


def no_documents(context: Context, published: Published) -> tuple[Path, ...]:
    """No workbook."""
    return ()


def no_pages(context: Context) -> Built:
    """No site."""
    return Built(context.workspace.site)


def no_publication(context: Context, connection: duckdb.DuckDBPyConnection) -> Published:
    """Nothing is published."""
    return Published()


WITH_PAGES = STAGES
WITHOUT_PAGES = replace(STAGES, documents=no_documents, report=no_pages)
# Verdicts are counted by SQL: Great Expectations takes seconds to start.
COUNTED = replace(WITHOUT_PAGES, judge=by_counting)
COUNTED_WITH_PAGES = replace(STAGES, judge=by_counting)
COUNTED_UNPUBLISHED = replace(COUNTED, publish=no_publication)
