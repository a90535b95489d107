"""The six files that people prepare themselves (CSV, workbook or Parquet), known by their headings."""

from __future__ import annotations

from dataclasses import replace

from monitor.sources.formats import Format
from monitor.sources.headings import HeadedFormat
from monitor.sources.own_columns import NOT_OF_ORGANISATIONS, OWN_COLUMNS

ORGANISATIONS, SUBMISSION_LOG, REQUESTS, NOTICES, PARTICIPATION, CONTACTS = (
    Format(own.name, own.table, own.columns, own.required) for own in OWN_COLUMNS.values()
)


def _headed(format_: Format) -> HeadedFormat:
    own = OWN_COLUMNS[format_.name]
    aliases = {name: column for column, names in own.names.items() for name in names}
    return HeadedFormat(format_, aliases, weak=own.weak, is_own=True, to_add=own.to_add)


# A file of contacts says whose they are and how to reach them. One with facts of organisations is a register, also if
# it says whom to ask.
_OF_A_REGISTER = (*NOT_OF_ORGANISATIONS, *ORGANISATIONS.columns[2:])
_CONTACTS = tuple(
    replace(_headed(replace(CONTACTS, required=(whose, how))), excluded=frozenset(_OF_A_REGISTER), is_offered=False)
    for whose in ("organisation_code", "supplier")
    for how in ("email", "phone")
)

# The most specific first: a submission log may hold all that makes a file of participation, never the other way round.
HEADED = (
    _headed(SUBMISSION_LOG),
    _headed(REQUESTS),
    _headed(NOTICES),
    _headed(PARTICIPATION),
    *_CONTACTS,
    # A code and a name of practices stand in many files. Where they are not called as ours, most of it must be known.
    replace(_headed(ORGANISATIONS), excluded=frozenset(NOT_OF_ORGANISATIONS), must_be_most=True),
)
