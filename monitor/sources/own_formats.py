"""The five files that people prepare themselves (CSV, workbook or Parquet), known by their headings."""

from __future__ import annotations

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat
from monitor.sources.own_columns import OWN_COLUMNS

_ALIASES = {"practice_code": "organisation_code"}

ORGANISATIONS, SUBMISSION_LOG, REQUESTS, NOTICES, PARTICIPATION = (
    Format(own.name, own.table, own.columns, own.required) for own in OWN_COLUMNS.values()
)

# The most specific first: a submission log may hold all that makes a file of participation, never the other way round.
HEADED = (
    HeadedFormat(SUBMISSION_LOG, _ALIASES, is_own=True),
    HeadedFormat(REQUESTS, _ALIASES, is_own=True),
    HeadedFormat(NOTICES, is_own=True),
    HeadedFormat(PARTICIPATION, _ALIASES, is_own=True),
    HeadedFormat(ORGANISATIONS, _ALIASES, excluded=frozenset({"return_code"}), is_own=True),
)
